#include "benchmarks/matmul/problem.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <random>

namespace assay::benchmarks {

namespace {

constexpr float scale = 1.0F / 64;              // a power of two: exact
constexpr float product_scale = scale * scale;  // of c
constexpr float largest_sum = 16777216.0F;      // 2^24: integers that float32 has

void fill(const Buffer& matrix, std::size_t count, int magnitude, unsigned seed) {
  std::mt19937 random{seed};
  std::uniform_int_distribution<int> numbers{-magnitude, magnitude};
  for (std::size_t i = 0; i < count; ++i)
    matrix.as<float>()[i] = static_cast<float>(numbers(random)) * scale;
}

/// The integer that an element of c stands for; none where it is no result of this arithmetic.
std::optional<std::int64_t> integer_of(float element) {
  const float scaled = element / product_scale;
  if (!(std::fabs(scaled) <= largest_sum)) return std::nullopt;  // NaN, too
  const auto whole = static_cast<std::int32_t>(scaled);
  if (static_cast<float>(whole) != scaled) return std::nullopt;
  return whole;
}

std::string shown(float value) { return fmt::format("{:.9g}", value); }

}  // namespace

MatmulProblem::MatmulProblem(const MatmulShape& shape, MatmulLayout layout)
    : shape_{shape},
      layout_{layout},
      a_{shape.rows * shape.depth * sizeof(float)},
      b_{shape.depth * shape.columns * sizeof(float)},
      c_{shape.rows * shape.columns * sizeof(float)} {
  const int magnitude = exact_magnitude(shape.depth);
  fill(a_, shape.rows * shape.depth, magnitude, 1);
  fill(b_, shape.depth * shape.columns, magnitude, 2);

  std::mt19937_64 random{3};
  for (std::size_t column = 0; column < shape.columns; ++column) x_.push_back(random() | 1U);
  std::vector<std::uint64_t> bx(shape.depth);
  for (std::size_t k = 0; k < shape.depth; ++k)
    for (std::size_t column = 0; column < shape.columns; ++column)
      bx[k] += static_cast<std::uint64_t>(b_times_64(k, column)) * x_[column];
  abx_.resize(shape.rows);
  for (std::size_t row = 0; row < shape.rows; ++row)
    for (std::size_t k = 0; k < shape.depth; ++k)
      abx_[row] += static_cast<std::uint64_t>(a_times_64(row, k)) * bx[k];
}

matmul::MatrixView MatmulProblem::a() const {
  return layout_.a_by_columns ? matmul::MatrixView{a_.as<float>(), 1, shape_.rows}
                              : matmul::MatrixView{a_.as<float>(), shape_.depth, 1};
}

matmul::MatrixView MatmulProblem::b() const {
  return layout_.b_by_columns ? matmul::MatrixView{b_.as<float>(), 1, shape_.depth}
                              : matmul::MatrixView{b_.as<float>(), shape_.columns, 1};
}

std::int64_t MatmulProblem::a_times_64(std::size_t row, std::size_t k) const {
  const auto view = a();
  return static_cast<std::int64_t>(view.data[row * view.row_step + k * view.column_step] / scale);
}

std::int64_t MatmulProblem::b_times_64(std::size_t k, std::size_t column) const {
  const auto view = b();
  return static_cast<std::int64_t>(view.data[k * view.row_step + column * view.column_step] /
                                   scale);
}

void MatmulProblem::spoil() const {
  constexpr int never_a_product = 0xFF;  // NaN
  std::memset(c_.data(), never_a_product, c_.bytes());
}

std::optional<Mismatch> MatmulProblem::mismatch() const {
  Mismatch found;
  for (std::size_t row = 0; row < shape_.rows; ++row) {
    std::uint64_t cx = 0;
    bool is_wrong = false;
    for (std::size_t column = 0; column < shape_.columns && !is_wrong; ++column) {
      const auto integer = integer_of(c()[row * shape_.columns + column]);
      is_wrong = !integer;
      if (integer) cx += static_cast<std::uint64_t>(*integer) * x_[column];
    }
    if (is_wrong || cx != abx_[row]) count_wrong(row, found);
  }
  if (found.count == 0) return std::nullopt;
  return found;
}

void MatmulProblem::count_wrong(std::size_t row, Mismatch& found) const {
  std::vector<std::int64_t> expected(shape_.columns);
  for (std::size_t k = 0; k < shape_.depth; ++k) {
    const std::int64_t left = a_times_64(row, k);
    for (std::size_t column = 0; column < shape_.columns; ++column)
      expected[column] += left * b_times_64(k, column);
  }
  for (std::size_t column = 0; column < shape_.columns; ++column) {
    const std::size_t offset = row * shape_.columns + column;
    const float right = static_cast<float>(expected[column]) * product_scale;
    if (c()[offset] == right) continue;
    if (found.count == 0) {
      found.offset = offset;
      found.expected = shown(right);
      found.found = shown(c()[offset]);
    }
    ++found.count;
  }
}

}  // namespace assay::benchmarks
