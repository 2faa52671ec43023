#pragma once

#include <utility>

namespace assay {

/// Owns one foreign handle (file descriptor, MPI object, mapped memory, ...), which need not be a
/// pointer. Borrowers take the native type.
/// Traits   `Native` (the handle's type), `null()` (the value that owns nothing) and
///          `destroy(Native)` (noexcept in effect: it runs in destructors).
template <class Traits>
class Handle {
 public:
  using Native = typename Traits::Native;

  Handle() noexcept : native_{Traits::null()} {}
  explicit Handle(Native native) noexcept : native_{native} {}
  Handle(Handle&& other) noexcept : native_{std::exchange(other.native_, Traits::null())} {}
  Handle(const Handle&) = delete;
  Handle& operator=(Handle other) noexcept {
    std::swap(native_, other.native_);
    return *this;
  }
  ~Handle() {
    if (!(native_ == Traits::null())) Traits::destroy(native_);
  }

  [[nodiscard]] const Native& get() const noexcept { return native_; }
  [[nodiscard]] explicit operator bool() const noexcept { return !(native_ == Traits::null()); }
  /// Gives the handle up without destroying it.
  [[nodiscard]] Native release() noexcept { return std::exchange(native_, Traits::null()); }

 private:
  Native native_;
};

}  // namespace assay
