#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include "core/native/cuda.hpp"

namespace assay::collectives::device {

/// A copy of some values in the current device's memory.
template <class Value>
class Uploaded {
 public:
  static_assert(std::is_trivially_copyable_v<Value>);

  Uploaded() = default;
  /// Room for so many, with nothing in it yet.
  explicit Uploaded(std::size_t count)
      : memory_{native::allocate_device((count + 1) * sizeof(Value))} {}
  explicit Uploaded(std::span<const Value> values) : Uploaded{values.size()} { assign(values); }
  explicit Uploaded(const std::vector<Value>& values) : Uploaded{std::span{values}} {}

  /// Other values, as many as before. Waits until they are there.
  void assign(std::span<const Value> values) {
    native::check_cuda(
        cudaMemcpy(memory_.get(), values.data(), values.size_bytes(), cudaMemcpyHostToDevice));
    native::check_cuda(cudaDeviceSynchronize());
  }
  [[nodiscard]] Value* data() const { return static_cast<Value*>(memory_.get()); }

 private:
  native::DeviceMemory memory_;
};

}  // namespace assay::collectives::device
