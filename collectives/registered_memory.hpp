#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace assay::collectives {

/// Memory of one size on every rank of a group, which all of them load and store directly. Made
/// once (Transport::allocate_registered), used for any number of collectives. Contents  undefined
/// at first. Touched first by the rank that owns it.
class RegisteredMemory {
 public:
  /// `places[r]` is where this process sees rank r's; `keep` holds whatever they lie in.
  RegisteredMemory(int rank, std::vector<std::byte*> places, std::size_t bytes,
                   std::vector<std::shared_ptr<void>> keep)
      : rank_{rank}, places_{std::move(places)}, bytes_{bytes}, keep_{std::move(keep)} {}

  [[nodiscard]] std::byte* of(int rank) const noexcept {
    return places_[static_cast<std::size_t>(rank)];
  }
  [[nodiscard]] std::byte* mine() const noexcept { return of(rank_); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int ranks() const noexcept { return static_cast<int>(places_.size()); }
  [[nodiscard]] bool holds(const void* address) const noexcept {
    const auto* byte = static_cast<const std::byte*>(address);
    return byte >= mine() && byte < mine() + bytes_;
  }

 private:
  int rank_;
  std::vector<std::byte*> places_;
  std::size_t bytes_;
  std::vector<std::shared_ptr<void>> keep_;
};

}  // namespace assay::collectives
