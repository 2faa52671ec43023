#pragma once

#include <cstdint>

namespace assay::benchmarks::gpu_matmul {

/// A matrix in a GPU's memory. Element (i, j) is number i * row_step + j * column_step: row-major
/// where column_step is 1, column-major where row_step is 1. Where a line along the step of 1 ends
/// no element is ever read beyond, though `data` and the other step are multiples of `line_bytes`.
struct DeviceMatrix {
  const void* data = nullptr;
  std::int64_t row_step = 0;
  std::int64_t column_step = 0;
};

/// What asynchronous copies and tensor maps want of addresses and of the distance of lines.
inline constexpr std::int64_t line_bytes = 16;

/// c = a * b: a has `rows` x `depth` elements, b `depth` x `columns`; c is float32, row-major. All
/// dimensions are 1 or more.
struct DeviceProduct {
  std::int32_t rows = 0;
  std::int32_t columns = 0;
  std::int32_t depth = 0;
  DeviceMatrix a;
  DeviceMatrix b;
  float* c = nullptr;
  std::int64_t c_row_step = 0;  ///< a multiple of `line_bytes` in bytes, too
};

/// How many pieces of `size` cover `whole`.
[[nodiscard]] constexpr std::int32_t pieces(std::int32_t whole, std::int32_t size) {
  return whole / size + (whole % size != 0 ? 1 : 0);
}

}  // namespace assay::benchmarks::gpu_matmul
