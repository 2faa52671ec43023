#pragma once

#include "benchmarks/gpu_matmul/product.hpp"
#include "collectives/device/qualifier.hpp"

namespace assay::benchmarks::gpu_matmul {

/// Idea   Each thread keeps 8 x 8 sums in registers, so that 16 numbers from shared memory serve 64
///        multiplications, where shared memory was the limit of the tiled kernel.
/// Takes  float32; any shape and layout.
/// Cost   2 loads from memory for 2 * `tile_rows` floating point operations; 16 from shared memory,
///        four at a time, for 128.
struct RegisterBlocked {
  static constexpr int tile_rows = 128;
  static constexpr int tile_columns = 128;
  static constexpr int tile_depth = 16;
  static constexpr int quad = 4;  // numbers in a 16-byte access
  static constexpr int thread_quads = 2;
  static constexpr int thread_side = quad * thread_quads;
  static constexpr int threads_along = tile_columns / thread_side;
  static constexpr int threads = threads_along * (tile_rows / thread_side);

  struct alignas(16) Quad {
    float number[quad];
  };
  /// By k, then along the tile; a line more than the tile is long by one quad, for the stores of
  /// operands whose lines run along k.
  struct Shared {
    Quad a[tile_depth][tile_rows / quad + 1];
    Quad b[tile_depth][tile_columns / quad + 1];
  };
  struct Sums {
    float number[thread_side][thread_side];
  };

  /// Between two barriers: fills `shared` from depth `k` on, 0 beyond the ends.
  static ASSAY_DEVICE void load(const DeviceProduct& product, std::int32_t row, std::int32_t column,
                                std::int32_t k, int thread, Shared& shared) {
    load_tile<tile_rows>(product.a.data, product.a.row_step, product.a.column_step, row,
                         product.rows, k, product.depth, thread, shared.a[0]);
    load_tile<tile_columns>(product.b.data, product.b.column_step, product.b.row_step, column,
                            product.columns, k, product.depth, thread, shared.b[0]);
  }

  /// Between two barriers: adds the tiles' products.
  static ASSAY_DEVICE void multiply(const Shared& shared, int thread, Sums& sums) {
    const int down = thread / threads_along;
    const int across = thread % threads_along;
    ASSAY_UNROLL
    for (int k = 0; k < tile_depth; ++k) {
      Quad a[thread_quads];
      Quad b[thread_quads];
      ASSAY_UNROLL
      for (int i = 0; i < thread_quads; ++i) {
        a[i] = shared.a[k][i * (tile_rows / thread_side) + down];
        b[i] = shared.b[k][i * threads_along + across];
      }
      ASSAY_UNROLL
      for (int i = 0; i < thread_side; ++i) ASSAY_UNROLL
      for (int j = 0; j < thread_side; ++j)
        sums.number[i][j] += a[i / quad].number[i % quad] * b[j / quad].number[j % quad];
    }
  }

  static ASSAY_DEVICE void store(const DeviceProduct& product, std::int32_t row,
                                 std::int32_t column, int thread, const Sums& sums) {
    const int down = thread / threads_along;
    const int across = thread % threads_along;
    ASSAY_UNROLL
    for (int i = 0; i < thread_side; ++i) ASSAY_UNROLL
    for (int j = 0; j < thread_side; ++j) {
      const std::int32_t at_row = row + place(i, down, tile_rows);
      const std::int32_t at_column = column + place(j, across, tile_columns);
      if (at_row < product.rows && at_column < product.columns)
        product.c[at_row * product.c_row_step + at_column] = sums.number[i][j];
    }
  }

 private:
  /// Where a thread's number `i` is: its quads are far apart, so that a warp's are side by side.
  static constexpr int place(int i, int thread, int tile) {
    return i / quad * (tile / thread_quads) + thread * quad + i % quad;
  }

  /// A tile of `side` x `tile_depth` numbers, turned so that k comes first. Threads run along the
  /// step of 1.
  template <int side>
  static ASSAY_DEVICE void load_tile(const void* data, std::int64_t step, std::int64_t depth_step,
                                     std::int32_t from, std::int32_t length, std::int32_t k,
                                     std::int32_t depth, int thread, Quad* to) {
    const auto* numbers = static_cast<const float*>(data);
    constexpr int line = side / quad + 1;
    ASSAY_UNROLL
    for (int i = thread; i < side * tile_depth; i += threads) {
      const int along = depth_step == 1 ? i / tile_depth : i % side;
      const int deep = depth_step == 1 ? i % tile_depth : i / side;
      const bool present = from + along < length && k + deep < depth;
      to[deep * line + along / quad].number[along % quad] =
          present ? numbers[(from + along) * step + (k + deep) * depth_step] : 0.0F;
    }
  }
};

}  // namespace assay::benchmarks::gpu_matmul
