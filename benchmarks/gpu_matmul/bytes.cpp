#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "benchmarks/gpu_matmul/benchmark.hpp"
#include "benchmarks/gpu_matmul/problem.hpp"

namespace assay::benchmarks {

using gpu_matmul::OperandType;

namespace {

/// Shapes may be such that no machine has memory for them: then the largest number.
Bytes bytes_of(double bytes) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return {bytes < static_cast<double>(most) ? static_cast<std::uint64_t>(bytes) : most};
}

double matrix(std::size_t rows, std::size_t columns, bool by_columns, std::size_t element_bytes) {
  if (by_columns) std::swap(rows, columns);
  return static_cast<double>(rows) *
         static_cast<double>(gpu_matmul::line_elements(columns, element_bytes)) *
         static_cast<double>(element_bytes);
}

}  // namespace

std::string operand_distribution(OperandType type, const MatmulShape& shape) {
  return fmt::format("k/64, k uniformly random in -{0}..{0}",
                     gpu_matmul::Problem::largest(type, shape.depth));
}

Bytes gpu_matmul_host_bytes(OperandType type, const MatmulShape& shape) {
  const double a = static_cast<double>(shape.rows) * static_cast<double>(shape.depth);
  const double b = static_cast<double>(shape.columns) * static_cast<double>(shape.depth);
  return bytes_of(a + b + std::max(a, b) * static_cast<double>(info(type).bytes));
}

Bytes gpu_matmul_device_bytes(OperandType type, const MatmulShape& shape, MatmulLayout layout,
                              const gpu_matmul::Choice& choice) {
  const std::size_t bytes = info(type).bytes;
  double workspace = choice.has_cublaslt() ? gpu_matmul::cublaslt_workspace_bytes : 0;
  if (choice.has_fixed_layout() && layout.a_by_columns)
    workspace += matrix(shape.rows, shape.depth, false, bytes);
  if (choice.has_fixed_layout() && !layout.b_by_columns)
    workspace += matrix(shape.depth, shape.columns, true, bytes);
  return bytes_of(matrix(shape.rows, shape.depth, layout.a_by_columns, bytes) +
                  matrix(shape.depth, shape.columns, layout.b_by_columns, bytes) +
                  matrix(shape.rows, shape.columns, false, sizeof(float)) +
                  static_cast<double>(shape.columns * sizeof(std::uint64_t)) +
                  static_cast<double>(shape.rows * sizeof(gpu_matmul::RowSum)) + workspace);
}

}  // namespace assay::benchmarks
