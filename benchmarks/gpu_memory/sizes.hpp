#pragma once

#include <cstdint>

namespace assay::benchmarks::gpu_memory {

/// Far beyond any cache, and some hundred microseconds of a sound GPU.
inline constexpr std::uint64_t array_bytes = std::uint64_t{1} << 30;
/// Lines that are walked in a random order: far beyond any cache, too.
inline constexpr std::uint64_t chain_bytes = std::uint64_t{256} << 20;
/// Some ten milliseconds of PCIe.
inline constexpr std::uint64_t transfer_bytes = std::uint64_t{256} << 20;

}  // namespace assay::benchmarks::gpu_memory
