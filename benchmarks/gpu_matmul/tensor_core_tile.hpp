#pragma once

#include "benchmarks/gpu_matmul/swizzled_tile.hpp"

namespace assay::benchmarks::gpu_matmul {

/// How a block of the mma.sync kernel shares its work among its threads.
struct TensorCoreTile {
  static constexpr int tile_rows = 128;
  static constexpr int tile_columns = 256;
  static constexpr int warp_rows = 64;  ///< with 64 x 64 results a warp reads 4 KiB for 32 KiFLOP
  static constexpr int warp_columns = 64;
  static constexpr int warps_across = tile_columns / warp_columns;
  static constexpr int warps = tile_rows / warp_rows * warps_across;
  static constexpr int threads = warps * 32;

  static constexpr int a_bytes = tile_rows * tile_line_bytes;
  static constexpr int b_bytes = tile_columns * tile_line_bytes;
  static constexpr int stage_bytes = a_bytes + b_bytes;
  static constexpr int stages = 3;  ///< 144 KiB, of the 163 that a block of an A100 may have
  static constexpr int shared_bytes = stages * stage_bytes;

  static constexpr int a_copies = tile_rows * line_chunks / threads;  ///< 16 bytes each, a thread
  static constexpr int b_copies = tile_columns * line_chunks / threads;

  /// The first row and column of a warp's results in the tile.
  static constexpr int warp_row(int warp) { return warp / warps_across * warp_rows; }
  static constexpr int warp_column(int warp) { return warp % warps_across * warp_columns; }
  /// A thread's copy number `number`: eight threads a line, so that memory is read 128 bytes
  /// at a time.
  static constexpr int copy_line(int thread, int number) {
    return (number * threads + thread) / line_chunks;
  }
  static constexpr int copy_chunk(int thread) { return thread % line_chunks; }
};

}  // namespace assay::benchmarks::gpu_matmul
