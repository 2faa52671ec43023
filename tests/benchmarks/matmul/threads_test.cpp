#include "benchmarks/matmul/threads.hpp"

#include <gtest/gtest.h>

#include "benchmarks/matmul/problem.hpp"

namespace assay::benchmarks::matmul {
namespace {

TEST(PartsAlongRows, MakeTheGridAsSquareAsItDivides) {
  EXPECT_EQ(parts_along_rows(1), 1u);
  EXPECT_EQ(parts_along_rows(7), 1u);
  EXPECT_EQ(parts_along_rows(12), 3u);
  EXPECT_EQ(parts_along_rows(64), 8u);
}

TEST(ThreadedMultiply, IsRightForAnyNumberOfThreads) {
  for (const MatmulShape& shape : {MatmulShape{67, 45, 300}, MatmulShape{2, 3, 4}}) {
    const MatmulProblem problem{shape, {}};
    for (const int threads : {1, 2, 3, 4, 6}) {
      problem.spoil();
      ThreadedMultiply{best_kernel(), threads}({shape.rows, shape.columns, shape.depth, problem.a(),
                                                problem.b(), problem.c(), shape.columns, nullptr});
      EXPECT_FALSE(problem.mismatch()) << threads << " threads";
    }
  }
}

}  // namespace
}  // namespace assay::benchmarks::matmul
