#include "benchmarks/gpu_memory/chain.hpp"

#include <numeric>
#include <random>
#include <utility>

namespace assay::benchmarks::gpu_memory {

std::vector<std::uint32_t> random_cycle(std::size_t count, std::uint64_t seed) {
  std::vector<std::uint32_t> next(count);
  std::iota(next.begin(), next.end(), 0U);
  std::mt19937_64 random{seed};
  for (std::size_t last = count; last > 1; --last)
    std::swap(next[last - 1],
              next[random() % (last - 1)]);  // never itself: that makes it one cycle
  return next;
}

std::uint32_t walk(const std::vector<std::uint32_t>& next, std::uint32_t from, std::size_t steps) {
  for (std::size_t step = 0; step < steps; ++step) from = next[from];
  return from;
}

}  // namespace assay::benchmarks::gpu_memory
