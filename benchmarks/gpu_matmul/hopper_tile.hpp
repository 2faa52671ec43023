#pragma once

#include <cstdint>

#include "benchmarks/gpu_matmul/swizzled_tile.hpp"

namespace assay::benchmarks::gpu_matmul {

/// How a block of Hopper's kernels shares its work among its warpgroups of 128 threads.
struct HopperTile {
  static constexpr int tile_rows = 128;
  static constexpr int tile_columns = 256;  ///< the most that one wgmma multiplies
  static constexpr int group_rows = 64;     ///< of one wgmma, by one warpgroup
  static constexpr int groups = tile_rows / group_rows;
  static constexpr int group_threads = 128;
  static constexpr int group_warps = group_threads / 32;
  static constexpr int results = group_rows * tile_columns / group_threads;  ///< a thread

  static constexpr int a_bytes = tile_rows * tile_line_bytes;
  static constexpr int b_bytes = tile_columns * tile_line_bytes;
  static constexpr int stage_bytes = a_bytes + b_bytes;
  static constexpr int stages = 4;  ///< 192 KiB, of the 227 that a block may have
  /// Dynamic shared memory begins where it likes; barriers come after the stages.
  static constexpr int barrier_bytes = 256;
  static constexpr int shared_bytes = tile_alignment + stages * stage_bytes + barrier_bytes;

  /// Of a pair of blocks that share a tile of b each brings this many lines, to both.
  static constexpr int cluster_blocks = 2;
  static constexpr int b_share = tile_columns / cluster_blocks;
};

/// Which slot comes next and in which phase its barriers are. A producer waits for a slot's empty
/// barrier with the other parity than a consumer for its full one: a new barrier counts as one
/// whose phase of parity 1 is over, so that the producer finds every slot empty at first.
struct Turn {
  int slot = 0;
  std::uint32_t parity = 0;
  constexpr void next() {
    if (++slot < HopperTile::stages) return;
    slot = 0;
    parity ^= 1U;
  }
};

/// What wgmma needs to know of a swizzled tile that begins at shared address `address`.
/// Source  PTX ISA, "Matrix descriptor": in units of 16 bytes, bits 0 to 13 the address, 16 to 29
/// the
///         distance that a swizzled operand along k does not use, 32 to 45 the distance of groups
///         of eight lines; bits 62 and 63 the swizzle, 1 for 128 bytes.
[[nodiscard]] constexpr std::uint64_t wgmma_descriptor(std::uint32_t address) {
  constexpr std::uint64_t field = 0x3FFF;
  constexpr std::uint64_t unused_distance = 1;
  constexpr std::uint64_t group_distance = tile_alignment / 16;
  constexpr std::uint64_t swizzle_128 = 1;
  return (address / 16 & field) | unused_distance << 16 | group_distance << 32 | swizzle_128 << 62;
}

/// A step of the tensor cores along k on: the swizzle goes by bits of the address, so that a step
/// within a line is added to it.
inline constexpr std::uint64_t descriptor_step = step_bytes / 16;

}  // namespace assay::benchmarks::gpu_matmul
