#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace assay::benchmarks {

/// Memory for messages and matrices, aligned to a page, written once so that it is really there.
class Buffer {
 public:
  explicit Buffer(std::size_t bytes);
  [[nodiscard]] void* data() const noexcept { return memory_.get(); }
  template <class T>
  [[nodiscard]] T* as() const noexcept {
    return static_cast<T*>(static_cast<void*>(memory_.get()));
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  static constexpr std::size_t alignment = 4096;
  struct Delete {
    void operator()(std::byte* memory) const noexcept {
      ::operator delete (memory, std::align_val_t{alignment});
    }
  };
  std::size_t bytes_;
  std::unique_ptr<std::byte, Delete> memory_;
};

}  // namespace assay::benchmarks
