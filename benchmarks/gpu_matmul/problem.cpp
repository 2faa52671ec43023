#include "benchmarks/gpu_matmul/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace assay::benchmarks::gpu_matmul {

namespace {

/// The next number of a sequence.
/// Source  Steele, Lea & Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_{seed} {}
  std::uint64_t operator()() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
  }

 private:
  std::uint64_t state_;
};

std::vector<std::int8_t> random_integers(std::size_t count, int largest, std::uint64_t seed) {
  SplitMix random{seed};
  const auto values = static_cast<std::uint64_t>(2 * largest + 1);
  std::vector<std::int8_t> integers(count);
  for (std::int8_t& integer : integers)  // the upper 32 bits, scaled
    integer =
        static_cast<std::int8_t>(static_cast<int>(((random() >> 32) * values) >> 32) - largest);
  return integers;
}

/// `lines` lines of `length` elements; of element (line, i) `integer_at` has the integer.
template <class IntegerAt>
std::vector<std::byte> image(OperandType type, std::size_t lines, std::size_t length,
                             const IntegerAt& integer_at) {
  const std::size_t bytes = info(type).bytes;
  const std::size_t line_length = static_cast<std::size_t>(line_elements(length, bytes)) * bytes;
  constexpr auto never_read = std::byte{0xFF};  // NaN of every type
  std::vector<std::byte> all(lines * line_length, never_read);
  for (std::size_t line = 0; line < lines; ++line)
    for (std::size_t i = 0; i < length; ++i)
      write_operand(type, integer_at(line, i), &all[line * line_length + i * bytes]);
  return all;
}

std::string shown(double value) { return fmt::format("{:.9g}", value); }

/// What Hoeffding's bound leaves out, in deviations: 2 exp(-8^2 / 2) is below 10^-13.
constexpr double deviations = 8;

}  // namespace

double element_tolerance(OperandType type, std::size_t depth) {
  if (type != OperandType::float8_e4m3) return 0;
  constexpr double kept = 8192;  // 2^13
  constexpr double most_deviations = 6;
  const double largest = Problem::largest(type, depth);
  const double root = std::sqrt(static_cast<double>(depth));
  const double deviation = root * largest * (largest + 1) / 3;  // of a sum of products
  return most_deviations * root * most_deviations * deviation / kept;
}

int Problem::largest(OperandType type, std::size_t depth) {
  // P(|sum| >= t) <= 2 exp(-t^2 / (2 depth largest^4)), of 2^40 elements together below 10^-9.
  constexpr double exponent = 50;
  const double limit = static_cast<double>(largest_sum);
  const double fourth = limit * limit / (2 * exponent * static_cast<double>(depth));
  return std::clamp(static_cast<int>(std::pow(fourth, 0.25)), 1, info(type).largest);
}

Problem::Problem(OperandType type, const MatmulShape& shape, std::uint64_t seed)
    : type_{type},
      shape_{shape},
      tolerance_{element_tolerance(type, shape.depth)},
      a_{random_integers(shape.rows * shape.depth, largest(type, shape.depth), 3 * seed)},
      b_{random_integers(shape.columns * shape.depth, largest(type, shape.depth), 3 * seed + 1)} {
  SplitMix random{3 * seed + 2};
  for (std::size_t column = 0; column < shape.columns; ++column) {
    const std::uint64_t number = random();
    const bool is_negative = (number >> 63) != 0;
    weights_.push_back(is_exact() ? number | 1U : is_negative ? ~std::uint64_t{0} : 1U);
  }
  std::vector<std::uint64_t> weighted_b(shape.depth);
  for (std::size_t column = 0; column < shape.columns; ++column)
    for (std::size_t k = 0; k < shape.depth; ++k)
      weighted_b[k] += static_cast<std::uint64_t>(b_[column * shape.depth + k]) * weights_[column];
  for (std::size_t row = 0; row < shape.rows; ++row) {
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k < shape.depth; ++k)
      sum += static_cast<std::uint64_t>(a_[row * shape.depth + k]) * weighted_b[k];
    sums_.push_back(sum);
  }
}

std::vector<std::byte> Problem::a_image(bool by_columns) const {
  const std::size_t depth = shape_.depth;
  if (by_columns)
    return image(type_, depth, shape_.rows,
                 [&](std::size_t k, std::size_t row) { return a_[row * depth + k]; });
  return image(type_, shape_.rows, depth,
               [&](std::size_t row, std::size_t k) { return a_[row * depth + k]; });
}

std::vector<std::byte> Problem::b_image(bool by_columns) const {
  const std::size_t depth = shape_.depth;
  if (by_columns)
    return image(type_, shape_.columns, depth,
                 [&](std::size_t column, std::size_t k) { return b_[column * depth + k]; });
  return image(type_, depth, shape_.columns,
               [&](std::size_t k, std::size_t column) { return b_[column * depth + k]; });
}

std::vector<std::size_t> Problem::wrong_rows(std::span<const RowSum> sums) const {
  const double bound = deviations * tolerance_ * std::sqrt(static_cast<double>(shape_.columns));
  std::vector<std::size_t> wrong;
  for (std::size_t row = 0; row < shape_.rows; ++row) {
    const auto off = static_cast<std::int64_t>(sums[row].sum - sums_[row]);
    if (sums[row].impossible > 0 || std::fabs(static_cast<double>(off)) > bound)
      wrong.push_back(row);
  }
  return wrong;
}

void Problem::count_wrong(std::size_t row, std::span<const float> elements, Mismatch& found) const {
  for (std::size_t column = 0; column < shape_.columns; ++column) {
    std::int64_t integer = 0;
    for (std::size_t k = 0; k < shape_.depth; ++k)
      integer += a_[row * shape_.depth + k] * b_[column * shape_.depth + k];
    const double right = static_cast<double>(integer) * result_unit;
    const double element = elements[column];
    if (std::fabs(element - right) <= tolerance_ * result_unit) continue;  // false of NaN
    if (found.count == 0) {
      found.offset = row * shape_.columns + column;
      found.expected = shown(right);
      found.found = shown(element);
    }
    ++found.count;
  }
}

std::int64_t line_elements(std::size_t elements, std::size_t element_bytes) {
  const std::size_t group = static_cast<std::size_t>(line_bytes) / element_bytes;
  return static_cast<std::int64_t>((elements + group - 1) / group * group);
}

DeviceMatrix place(const void* data, std::size_t rows, std::size_t columns, bool by_columns,
                   std::size_t element_bytes) {
  if (by_columns) return {data, 1, line_elements(rows, element_bytes)};
  return {data, line_elements(columns, element_bytes), 1};
}

}  // namespace assay::benchmarks::gpu_matmul
