#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "benchmarks/gpu_matmul/operand_type.hpp"
#include "benchmarks/gpu_matmul/product.hpp"
#include "benchmarks/gpu_matmul/row_sum.hpp"
#include "benchmarks/matmul/shape.hpp"
#include "benchmarks/pattern.hpp"

namespace assay::benchmarks::gpu_matmul {

/// How far an element of a result may be from the exact one, in result_unit: nothing but for
/// float8_e4m3, as all sums are integers that float32 and tensor cores have, in any order.
///
/// Hopper's tensor cores align products of float8 to the largest exponent and keep some 14 bits of
/// them. With s the standard deviation of a result, sums stay below 6 s, so that each of `depth`
/// additions loses less than 2^-13 of that, to either side alike: together less than 6 *
/// sqrt(depth) of it. Source  DeepSeek-V3 technical report (arXiv 2412.19437), section 3.3.2.
[[nodiscard]] double element_tolerance(OperandType type, std::size_t depth);

/// Operands whose product is known.
/// Data   k/64 for uniformly random integers |k| up to `largest`.
class Problem {
 public:
  /// Throws  std::bad_alloc: a byte for each element of both operands is kept.
  Problem(OperandType type, const MatmulShape& shape, std::uint64_t seed = 1);

  [[nodiscard]] const MatmulShape& shape() const { return shape_; }
  [[nodiscard]] OperandType type() const { return type_; }
  [[nodiscard]] bool is_exact() const { return tolerance_ == 0; }
  /// Of the integers. So many that it is certain (but for 1 of 10^9) that no sum goes beyond what
  /// float32 has: Hoeffding's bound for all of a result.
  [[nodiscard]] static int largest(OperandType type, std::size_t depth);

  /// The operands as they lie in memory: lines of `line_elements`, padded with NaN.
  [[nodiscard]] std::vector<std::byte> a_image(bool by_columns) const;
  [[nodiscard]] std::vector<std::byte> b_image(bool by_columns) const;

  /// By column, of RowSum: odd random numbers where results are exact, so that no single wrong
  /// element passes; else +1 or -1, so that errors within bounds hardly add up.
  [[nodiscard]] std::span<const std::uint64_t> weights() const { return weights_; }

  /// Freivalds' check (1979): the rows whose sums are not those of a (b weights).
  [[nodiscard]] std::vector<std::size_t> wrong_rows(std::span<const RowSum> sums) const;
  /// Compares a row's elements; Mismatch::offset is row * columns + column.
  /// Cost   columns * depth.
  void count_wrong(std::size_t row, std::span<const float> elements, Mismatch& found) const;

 private:
  OperandType type_;
  MatmulShape shape_;
  double tolerance_;
  std::vector<std::int8_t> a_;          ///< by row, then k
  std::vector<std::int8_t> b_;          ///< by column, then k
  std::vector<std::uint64_t> weights_;  ///< by column
  std::vector<std::uint64_t> sums_;     ///< by row
};

/// How many elements from one line of a matrix to the next: those it has, up to `line_bytes`.
[[nodiscard]] std::int64_t line_elements(std::size_t elements, std::size_t element_bytes);

/// A matrix of rows x columns at `data`, as `a_image` and `b_image` lay it out.
[[nodiscard]] DeviceMatrix place(const void* data, std::size_t rows, std::size_t columns,
                                 bool by_columns, std::size_t element_bytes);

}  // namespace assay::benchmarks::gpu_matmul
