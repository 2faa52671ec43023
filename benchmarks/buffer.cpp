#include "benchmarks/buffer.hpp"

#include <algorithm>
#include <cstring>

namespace assay::benchmarks {

Buffer::Buffer(std::size_t bytes)
    : bytes_{bytes},
      memory_{static_cast<std::byte*>(
          ::operator new (std::max<std::size_t>(bytes, 1), std::align_val_t{alignment}))} {
  // Not zero: a result that was never written must not pass for one.
  constexpr int never_written = 0xA5;
  std::memset(memory_.get(), never_written, bytes);
}

}  // namespace assay::benchmarks
