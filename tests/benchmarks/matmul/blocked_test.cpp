#include "benchmarks/matmul/blocked.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace assay::benchmarks::matmul {
namespace {

struct Shape {
  std::size_t rows;
  std::size_t columns;
  std::size_t depth;
};
// Smaller than a tile, odd, one beside a multiple of every block, and larger than all blocks.
constexpr std::array shapes{Shape{1, 1, 1},     Shape{1, 7, 3},       Shape{13, 33, 257},
                            Shape{64, 64, 64},  Shape{191, 65, 255},  Shape{193, 31, 513},
                            Shape{12, 2049, 5}, Shape{200, 300, 100}, Shape{5, 1, 1000}};

std::vector<BlockedKernel> kernels() {
  std::vector<BlockedKernel> found{{"baseline", multiply_baseline, false}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found.push_back({"avx2", multiply_avx2, true});
  if (__builtin_cpu_supports("avx512f")) found.push_back({"avx512", multiply_avx512, true});
#endif
  return found;
}

/// Any numbers: every rounding counts.
std::vector<float> random_matrix(std::size_t count, unsigned seed) {
  std::mt19937 random{seed};
  std::normal_distribution<float> numbers;
  std::vector<float> matrix(count);
  for (float& element : matrix) element = numbers(random);
  return matrix;
}

/// What the header's reference loop gives.
float reference(const Product& product, std::size_t i, std::size_t j, bool fused) {
  const auto at = [](const MatrixView& matrix, std::size_t row, std::size_t column) {
    return matrix.data[row * matrix.row_step + column * matrix.column_step];
  };
  float sum = 0;
  for (std::size_t k = 0; k < product.depth; ++k) {
    const float left = at(product.a, i, k);
    const float right = at(product.b, k, j);
    if (fused) {
      sum = std::fma(left, right, sum);
    } else {
      const volatile float rounded = left * right;
      sum += rounded;
    }
  }
  return sum;
}

void expect_right(const BlockedKernel& kernel, const Shape& shape, bool a_by_columns,
                  bool b_by_columns) {
  const auto a = random_matrix(shape.rows * shape.depth, 1);
  const auto b = random_matrix(shape.depth * shape.columns, 2);
  constexpr float untouched = -7.5F;
  const std::size_t c_row_step = shape.columns + 3;
  std::vector<float> c(shape.rows * c_row_step, untouched);
  std::vector<float> scratch(scratch_floats);
  const Product product{
      shape.rows,
      shape.columns,
      shape.depth,
      a_by_columns ? MatrixView{a.data(), 1, shape.rows} : MatrixView{a.data(), shape.depth, 1},
      b_by_columns ? MatrixView{b.data(), 1, shape.depth} : MatrixView{b.data(), shape.columns, 1},
      c.data(),
      c_row_step,
      scratch.data()};
  kernel.multiply(product);
  for (std::size_t i = 0; i < shape.rows; ++i)
    for (std::size_t j = 0; j < c_row_step; ++j)
      ASSERT_EQ(c[i * c_row_step + j],
                j < shape.columns ? reference(product, i, j, kernel.fused) : untouched)
          << kernel.name << " " << shape.rows << 'x' << shape.columns << 'x' << shape.depth
          << " at " << i << ',' << j;
}

TEST(BlockedMatmul, GivesTheReferenceLoopsBitsForAnyShape) {
  for (const BlockedKernel& kernel : kernels())
    for (const Shape& shape : shapes) expect_right(kernel, shape, false, false);
}

TEST(BlockedMatmul, TakesOperandsRowByRowAndColumnByColumn) {
  for (const BlockedKernel& kernel : kernels())
    for (const bool a_by_columns : {false, true})
      for (const bool b_by_columns : {false, true})
        expect_right(kernel, {193, 31, 257}, a_by_columns, b_by_columns);
}

TEST(BestKernel, IsOneThatThisProcessorRuns) {
  EXPECT_EQ(best_kernel().multiply, kernels().back().multiply);
}

}  // namespace
}  // namespace assay::benchmarks::matmul
