#include "benchmarks/matmul/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/parse.hpp"

namespace assay::benchmarks {

namespace {

constexpr int largest_dimension = std::numeric_limits<int>::max();  // of BLAS' integers
constexpr std::size_t largest_depth = std::size_t{1} << 24;         // float32 counts no further
constexpr int usual_magnitude = 63;                                 // 6 bits, and the sign

std::size_t parse_dimension(std::string_view text, std::string_view whole) {
  try {
    return static_cast<std::size_t>(parse_integer(text, 1, largest_dimension, "dimension"));
  } catch (const UsageError&) {
    throw UsageError{fmt::format(
        "'{}' is no shape: '{}' is no number from 1 to {}; write N, or ROWSxCOLUMNSxDEPTH", whole,
        text, largest_dimension)};
  }
}

MatmulShape parse_shape(std::string_view text) {
  std::vector<std::size_t> dimensions;
  for (std::string_view rest = text;;) {
    const auto cross = rest.find('x');
    dimensions.push_back(parse_dimension(rest.substr(0, cross), text));
    if (cross == std::string_view::npos) break;
    rest.remove_prefix(cross + 1);
  }
  if (dimensions.size() == 1) dimensions.assign(3, dimensions[0]);
  if (dimensions.size() != 3)
    throw UsageError{fmt::format("'{}' is no shape; write N, or ROWSxCOLUMNSxDEPTH", text)};
  const MatmulShape shape{dimensions[0], dimensions[1], dimensions[2]};
  if (shape.depth > largest_depth)
    throw UsageError{
        fmt::format("a depth of {} is too much: beyond {} no sum is exact in float32, and none "
                    "could be checked",
                    shape.depth, largest_depth)};
  return shape;
}

}  // namespace

std::vector<MatmulShape> parse_shapes(std::string_view text) {
  std::vector<MatmulShape> shapes;
  for (std::string_view rest = text;;) {
    const auto comma = rest.find(',');
    shapes.push_back(parse_shape(rest.substr(0, comma)));
    if (comma == std::string_view::npos) return shapes;
    rest.remove_prefix(comma + 1);
  }
}

std::string name_of(const MatmulShape& shape) {
  return fmt::format("{}x{}x{}", shape.rows, shape.columns, shape.depth);
}

int exact_magnitude(std::size_t depth) {
  const double each = static_cast<double>(largest_depth) / static_cast<double>(depth);
  return std::min(usual_magnitude, static_cast<int>(std::sqrt(each)));
}

Bytes matrix_bytes(const MatmulShape& shape) {
  const auto rows = static_cast<double>(shape.rows);
  const auto columns = static_cast<double>(shape.columns);
  const auto depth = static_cast<double>(shape.depth);
  const double bytes = (rows * depth + depth * columns + rows * columns) * sizeof(float);
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return {bytes < static_cast<double>(most) ? static_cast<std::uint64_t>(bytes) : most};
}

MatmulLayout parse_layout(std::string_view text) {
  const auto is_letter = [](char letter) { return letter == 'n' || letter == 't'; };
  if (text.size() != 2 || !is_letter(text[0]) || !is_letter(text[1]))
    throw UsageError{
        fmt::format("'{}' is no layout; known: nn, nt, tn, tt (of a and of b: n row by row, t "
                    "column by column)",
                    text)};
  return {text[0] == 't', text[1] == 't'};
}

std::string name_of(MatmulLayout layout) {
  return std::string{layout.a_by_columns ? "t" : "n"} + (layout.b_by_columns ? "t" : "n");
}

}  // namespace assay::benchmarks
