#include "benchmarks/gpu_matmul/along_depth.hpp"

#include "benchmarks/gpu_matmul/problem.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

/// Lines of an operand that was transposed: rows of a, columns of b.
std::size_t bytes_of(OperandType type, std::int32_t lines, std::int32_t depth) {
  const std::size_t bytes = info(type).bytes;
  return static_cast<std::size_t>(lines) *
         static_cast<std::size_t>(line_elements(static_cast<std::size_t>(depth), bytes)) * bytes;
}

}  // namespace

std::size_t transposed_bytes(OperandType type, const DeviceProduct& product) {
  std::size_t bytes = 0;
  if (product.a.column_step != 1) bytes += bytes_of(type, product.rows, product.depth);
  if (product.b.row_step != 1) bytes += bytes_of(type, product.columns, product.depth);
  return bytes;
}

AlongDepth along_depth(OperandType type, const DeviceProduct& product, void* transposed) {
  AlongDepth along{product, {}};
  auto* to = static_cast<std::byte*>(transposed);
  const std::int64_t step =
      line_elements(static_cast<std::size_t>(product.depth), info(type).bytes);
  if (product.a.column_step != 1) {
    along.transpositions.push_back(
        {product.a.data, product.a.column_step, to, step, product.rows, product.depth});
    along.product.a = {to, step, 1};
    to += bytes_of(type, product.rows, product.depth);
  }
  if (product.b.row_step != 1) {
    along.transpositions.push_back(
        {product.b.data, product.b.row_step, to, step, product.columns, product.depth});
    along.product.b = {to, 1, step};
  }
  return along;
}

}  // namespace assay::benchmarks::gpu_matmul
