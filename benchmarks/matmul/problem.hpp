#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "benchmarks/buffer.hpp"
#include "benchmarks/matmul/blocked.hpp"
#include "benchmarks/matmul/shape.hpp"
#include "benchmarks/pattern.hpp"

namespace assay::benchmarks {

/// Operands whose product is known, and the room for a result.
/// Data   k/64 for uniformly random integers |k| <= `exact_magnitude`, so that all products and
///        sums are exact in float32, in any order.
class MatmulProblem {
 public:
  /// Throws  std::bad_alloc.
  MatmulProblem(const MatmulShape& shape, MatmulLayout layout);

  [[nodiscard]] const MatmulShape& shape() const { return shape_; }
  [[nodiscard]] MatmulLayout layout() const { return layout_; }
  [[nodiscard]] matmul::MatrixView a() const;
  [[nodiscard]] matmul::MatrixView b() const;
  [[nodiscard]] float* c() const { return c_.as<float>(); }

  /// Leaves nothing of the last result that could pass for the next one.
  void spoil() const;
  /// Compares the result with the exact product; Mismatch::offset is row * columns + column.
  ///
  /// Rows are told apart by Freivalds' check (1979) in integers modulo 2^64: c x = a (b x) for a
  /// random x of odd numbers, which no single wrong element passes and several only by a chance of
  /// about 2^-40. What a wrong row should hold is then computed in integers.
  /// Cost   rows * columns multiplications, and columns * depth for each wrong row.
  [[nodiscard]] std::optional<Mismatch> mismatch() const;

 private:
  void count_wrong(std::size_t row, Mismatch& found) const;
  [[nodiscard]] std::int64_t a_times_64(std::size_t row, std::size_t k) const;
  [[nodiscard]] std::int64_t b_times_64(std::size_t k, std::size_t column) const;

  MatmulShape shape_;
  MatmulLayout layout_;
  Buffer a_;
  Buffer b_;
  Buffer c_;
  std::vector<std::uint64_t> x_;    ///< by column
  std::vector<std::uint64_t> abx_;  ///< by row
};

}  // namespace assay::benchmarks
