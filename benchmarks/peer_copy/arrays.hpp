#pragma once

#include <cstddef>
#include <cstdint>

#include "benchmarks/gpu_memory/sizes.hpp"

namespace assay::benchmarks::peer_copy {

/// Of one direction: far beyond any cache, a millisecond or two of NVLink, some twenty of PCIe.
inline constexpr std::uint64_t array_bytes = std::uint64_t{512} << 20;

/// What each GPU has in memory that its peers reach.
struct Arrays {
  std::byte* source = nullptr;
  std::byte* target = nullptr;
  std::byte* lines = nullptr;  ///< a random cycle (gpu_memory/chain.hpp)

  static constexpr std::uint64_t bytes = 2 * array_bytes + gpu_memory::chain_bytes;
  [[nodiscard]] static constexpr Arrays at(std::byte* memory) {
    return {memory, memory + array_bytes, memory + 2 * array_bytes};
  }
};

}  // namespace assay::benchmarks::peer_copy
