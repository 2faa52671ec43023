#pragma once

#include <cstdint>

#include "collectives/device/qualifier.hpp"

namespace assay::benchmarks::gpu_matmul {

/// A row of a result, as Freivalds' check wants it: the sum of its elements times a weight for each
/// column, in integers modulo 2^64, and how many elements are no possible results.
struct RowSum {
  std::uint64_t sum = 0;
  std::uint64_t impossible = 0;
};

/// What the result 1 of operands that are 1 operand_unit each is.
inline constexpr float result_unit = 1.0F / 4096;
/// Integers up to this are exact in float32.
inline constexpr std::int64_t largest_sum = std::int64_t{1} << 24;

/// Adds `element` of a column with this weight. Where results are `exact`, others than integers are
/// impossible; else they are rounded.
ASSAY_DEVICE inline void add_element(RowSum& row, float element, std::uint64_t weight, bool exact) {
  const float scaled = element / result_unit;
  const bool in_range = scaled >= -static_cast<float>(largest_sum) &&
                        scaled <= static_cast<float>(largest_sum);  // false of NaN
  const float half = scaled < 0 ? -0.5F : 0.5F;
  const std::int64_t integer =
      in_range ? static_cast<std::int64_t>(exact ? scaled : scaled + half) : 0;
  if (!in_range || (exact && static_cast<float>(integer) != scaled)) ++row.impossible;
  row.sum += static_cast<std::uint64_t>(integer) * weight;
}

}  // namespace assay::benchmarks::gpu_matmul
