#pragma once

#include <cstdint>

namespace assay::benchmarks::gpu_memory {

/// Word number `index` of a buffer's content: a Weyl sequence, whose bits look random and which
/// every place knows by itself. `first` is another one for each sample, so that stale words are
/// wrong.
[[nodiscard]] constexpr std::uint64_t word(std::uint64_t first, std::uint64_t index) {
  constexpr std::uint64_t step = 0x9e3779b97f4a7c15U;  // odd, 2^64 over the golden ratio
  return first + index * step;
}

/// The sum of words 0 to `count` - 1, modulo 2^64.
[[nodiscard]] constexpr std::uint64_t sum_of_words(std::uint64_t first, std::uint64_t count) {
  const std::uint64_t half = count % 2 == 0 ? count / 2 * (count - 1) : (count - 1) / 2 * count;
  return count * first + half * (word(first, 1) - first);
}

}  // namespace assay::benchmarks::gpu_memory
