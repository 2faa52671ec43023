#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::benchmarks::gpu_memory {

/// For each of `count` lines the one that comes after it: all of them one random cycle, so that no
/// load can be foreseen.
/// Source  Sattolo, Information Processing Letters 22, 1986.
[[nodiscard]] std::vector<std::uint32_t> random_cycle(std::size_t count, std::uint64_t seed);

/// Where `steps` steps lead to.
[[nodiscard]] std::uint32_t walk(const std::vector<std::uint32_t>& next, std::uint32_t from,
                                 std::size_t steps);

}  // namespace assay::benchmarks::gpu_memory
