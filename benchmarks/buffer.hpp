#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace assay::benchmarks {

/// Memory for messages and matrices: aligned to a page, on huge pages where it is large enough and
/// the kernel grants them, and written once so that it is really there.
class Buffer {
 public:
  /// Throws  std::bad_alloc.
  explicit Buffer(std::size_t bytes);
  [[nodiscard]] void* data() const noexcept { return memory_.get(); }
  template <class T>
  [[nodiscard]] T* as() const noexcept {
    return static_cast<T*>(memory_.get());
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }
  };
  std::size_t bytes_;
  std::unique_ptr<void, Free> memory_;
};

}  // namespace assay::benchmarks
