#include "benchmarks/matmul/problem.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>

namespace assay::benchmarks {
namespace {

/// Fills c with the product, by the definition.
void solve(const MatmulProblem& problem) {
  const auto& [rows, columns, depth] = problem.shape();
  const auto a = problem.a();
  const auto b = problem.b();
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) {
      float sum = 0;
      for (std::size_t k = 0; k < depth; ++k)
        sum +=
            a.data[i * a.row_step + k * a.column_step] * b.data[k * b.row_step + j * b.column_step];
      problem.c()[i * columns + j] = sum;
    }
}

void flip_bit(float& value, int bit) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  bits ^= 1U << bit;
  std::memcpy(&value, &bits, sizeof bits);
}

TEST(MatmulProblem, KnowsItsProductInAnyLayout) {
  for (const char* layout : {"nn", "nt", "tn", "tt"}) {
    const MatmulProblem problem{{17, 23, 41}, parse_layout(layout)};
    problem.spoil();
    EXPECT_EQ(problem.mismatch()->count, 17u * 23u) << layout;
    solve(problem);
    EXPECT_FALSE(problem.mismatch()) << layout;
  }
}

TEST(MatmulProblem, SeesEveryBitOfEveryElement) {
  const MatmulProblem problem{{3, 5, 7}, {}};
  solve(problem);
  for (std::size_t i = 0; i < 15; ++i) {
    const float right = problem.c()[i];
    for (int bit = 0; bit < 32; ++bit) {
      if (right == 0 && bit == 31) continue;  // -0 is 0
      flip_bit(problem.c()[i], bit);
      const auto found = problem.mismatch();
      ASSERT_TRUE(found) << i << " bit " << bit;
      EXPECT_EQ(found->count, 1u);
      EXPECT_EQ(found->offset, i);
      problem.c()[i] = right;
    }
  }
}

TEST(MatmulProblem, CountsAllWrongElementsAndTellsTheFirst) {
  const MatmulProblem problem{{4, 4, 2000}, {}};
  solve(problem);
  const float right = problem.c()[6];
  problem.c()[6] = right + 1.0F;
  problem.c()[7] -= 1.0F;  // the row's sum is as before
  problem.c()[12] = std::numeric_limits<float>::infinity();
  const auto found = problem.mismatch();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->count, 3u);
  EXPECT_EQ(found->offset, 6u);
  EXPECT_EQ(std::stof(found->expected), right);
  EXPECT_EQ(std::stof(found->found), right + 1.0F);
}

}  // namespace
}  // namespace assay::benchmarks
