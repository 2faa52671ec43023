#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::benchmarks {

/// Where in a random stream the blocks of each sample begin, for buffers of up to `blocks` blocks.
/// Consecutive samples have no start in common, nor have the blocks of one.
class Windows {
 public:
  explicit constexpr Windows(int blocks) : blocks_{static_cast<std::uint64_t>(blocks)} {
    while (starts_ < 2 * blocks_ + 1 || !is_prime(starts_)) starts_ += 2;
  }

  [[nodiscard]] constexpr std::size_t start(std::uint64_t sample, int block) const {
    const std::uint64_t number = sample % starts_ * blocks_ + static_cast<std::uint64_t>(block);
    return static_cast<std::size_t>(number % starts_) * stride;
  }
  /// Elements that a stream needs beyond the longest block.
  [[nodiscard]] constexpr std::size_t slack() const {
    return static_cast<std::size_t>(starts_ - 1) * stride;
  }

 private:
  /// Elements; whole cache lines, so that alignment is the same in every sample.
  static constexpr std::size_t stride = 64;

  static constexpr bool is_prime(std::uint64_t odd) {
    for (std::uint64_t divisor = 3; divisor * divisor <= odd; divisor += 2)
      if (odd % divisor == 0) return false;
    return true;
  }

  std::uint64_t blocks_;
  /// A prime, so that this many samples go by before a start comes back.
  std::uint64_t starts_ = 61;
};

}  // namespace assay::benchmarks
