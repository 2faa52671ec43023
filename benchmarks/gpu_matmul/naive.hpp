#pragma once

#include "benchmarks/gpu_matmul/product.hpp"
#include "collectives/device/formats.hpp"

namespace assay::benchmarks::gpu_matmul {

/// Idea   A thread an element of c, which reads a row of a and a column of b from memory by itself:
///        what every other kernel is held against.
/// Any    shape, type and layout.
/// Cost   2 loads for 2 floating point operations.
template <class Format>
struct Naive {
  static constexpr int tile_rows = 16;
  static constexpr int tile_columns = 16;
  static constexpr int threads = tile_rows * tile_columns;
  using Stored = typename Format::Stored;

  /// What thread number `thread` of the block for the tile at (`row`, `column`) does.
  static ASSAY_DEVICE void run(const DeviceProduct& product, std::int32_t row, std::int32_t column,
                               int thread) {
    row += thread / tile_columns;
    column += thread % tile_columns;
    if (row >= product.rows || column >= product.columns) return;
    const auto* a = static_cast<const Stored*>(product.a.data) + row * product.a.row_step;
    const auto* b = static_cast<const Stored*>(product.b.data) + column * product.b.column_step;
    float sum = 0;
    for (std::int32_t k = 0; k < product.depth; ++k)
      sum += Format::widen(a[k * product.a.column_step]) * Format::widen(b[k * product.b.row_step]);
    product.c[row * product.c_row_step + column] = sum;
  }
};

}  // namespace assay::benchmarks::gpu_matmul
