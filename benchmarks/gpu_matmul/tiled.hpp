#pragma once

#include "benchmarks/gpu_matmul/product.hpp"
#include "collectives/device/formats.hpp"

namespace assay::benchmarks::gpu_matmul {

/// Idea   A block's threads bring a square of a and one of b into shared memory together, so that
///        each element is read from memory once a block, not once a thread.
/// Any    shape, type and layout: the threads run along the step of 1 of each operand.
/// Cost   2 loads from memory for 2 * `tile` floating point operations; 2 from shared memory for 2.
template <class Format>
struct Tiled {
  static constexpr int tile_rows = 32;
  static constexpr int tile_columns = 32;
  static constexpr int tile_depth = 32;
  static constexpr int threads = tile_rows * tile_columns;
  using Stored = typename Format::Stored;

  /// One more a line than a warp has threads: a column is in different banks.
  struct Shared {
    float a[tile_rows][tile_depth + 1];
    float b[tile_depth][tile_columns + 1];
  };

  /// One element of `matrix` from (row, column) on; 0 beyond its end.
  static ASSAY_DEVICE float element(const DeviceMatrix& matrix, std::int32_t row,
                                    std::int32_t column, std::int32_t rows, std::int32_t columns) {
    if (row >= rows || column >= columns) return 0.0F;
    return Format::widen(static_cast<const Stored*>(
        matrix.data)[row * matrix.row_step + column * matrix.column_step]);
  }

  /// Between two barriers: fills `shared` from depth `k` on.
  static ASSAY_DEVICE void load(const DeviceProduct& product, std::int32_t row, std::int32_t column,
                                std::int32_t k, int thread, Shared& shared) {
    const int slow = thread / tile_depth;
    const int fast = thread % tile_depth;
    const bool a_by_columns = product.a.row_step == 1;
    const int a_row = a_by_columns ? fast : slow;
    const int a_column = a_by_columns ? slow : fast;
    shared.a[a_row][a_column] =
        element(product.a, row + a_row, k + a_column, product.rows, product.depth);
    const bool b_by_columns = product.b.row_step == 1;
    const int b_row = b_by_columns ? fast : slow;
    const int b_column = b_by_columns ? slow : fast;
    shared.b[b_row][b_column] =
        element(product.b, k + b_row, column + b_column, product.depth, product.columns);
  }

  /// Between two barriers: what the tiles add to this thread's element.
  static ASSAY_DEVICE float multiply(const Shared& shared, int thread, float sum) {
    const int row = thread / tile_columns;
    const int column = thread % tile_columns;
    ASSAY_UNROLL
    for (int k = 0; k < tile_depth; ++k) sum += shared.a[row][k] * shared.b[k][column];
    return sum;
  }

  static ASSAY_DEVICE void store(const DeviceProduct& product, std::int32_t row,
                                 std::int32_t column, int thread, float sum) {
    row += thread / tile_columns;
    column += thread % tile_columns;
    if (row < product.rows && column < product.columns)
      product.c[row * product.c_row_step + column] = sum;
  }
};

}  // namespace assay::benchmarks::gpu_matmul
