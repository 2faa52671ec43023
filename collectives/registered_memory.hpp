#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace assay::collectives {

/// Where memory of one size lies that every rank of a group has and all of them load and store
/// directly. Stays mapped as long as anybody holds it.
struct RegisteredRegion {
  int rank = 0;
  std::vector<std::byte*> places;  ///< `places[r]` is where this process sees rank r's
  std::size_t bytes = 0;
  std::vector<std::shared_ptr<void>> keep;  ///< whatever they lie in
  bool freed = false;                       ///< its owner is done with it

  [[nodiscard]] std::byte* of(int of_rank) const noexcept {
    return places[static_cast<std::size_t>(of_rank)];
  }
  [[nodiscard]] std::byte* mine() const noexcept { return of(rank); }
  [[nodiscard]] bool holds(const void* address, std::size_t length) const noexcept {
    const auto* byte = static_cast<const std::byte*>(address);
    return byte >= mine() && byte <= mine() + bytes &&
           length <= static_cast<std::size_t>(mine() + bytes - byte);
  }
};

/// Owns such memory. Made once (Transport::allocate_registered), used for any number of
/// collectives; freed when it goes, after which collectives on it refuse to be used.
/// Contents  undefined at first. Touched first by the rank that owns it.
class RegisteredMemory {
 public:
  RegisteredMemory(int rank, std::vector<std::byte*> places, std::size_t bytes,
                   std::vector<std::shared_ptr<void>> keep)
      : region_{std::make_shared<RegisteredRegion>(
            RegisteredRegion{rank, std::move(places), bytes, std::move(keep)})} {}
  RegisteredMemory(const RegisteredMemory&) = delete;
  RegisteredMemory& operator=(const RegisteredMemory&) = delete;
  ~RegisteredMemory() { region_->freed = true; }

  [[nodiscard]] std::byte* of(int rank) const noexcept { return region_->of(rank); }
  [[nodiscard]] std::byte* mine() const noexcept { return region_->mine(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return region_->bytes; }
  [[nodiscard]] int rank() const noexcept { return region_->rank; }
  [[nodiscard]] int ranks() const noexcept { return static_cast<int>(region_->places.size()); }
  /// For those who must not find it gone.
  [[nodiscard]] std::shared_ptr<const RegisteredRegion> region() const noexcept { return region_; }

 private:
  std::shared_ptr<RegisteredRegion> region_;
};

}  // namespace assay::collectives
