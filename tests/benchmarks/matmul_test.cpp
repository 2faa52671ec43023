#include "benchmarks/matmul/matmul.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "benchmarks/matmul/blocked.hpp"
#include "core/error.hpp"

namespace assay::benchmarks {
namespace {

void expect_right(matmul::Multiply multiply, std::size_t n) {
  std::mt19937 random{3};
  std::uniform_int_distribution<int> numbers{-9, 9};
  std::vector<float> a(n * n);
  std::vector<float> b(n * n);
  std::vector<float> c(n * n, -1.0F);
  for (std::size_t i = 0; i < n * n; ++i) {
    a[i] = static_cast<float>(numbers(random));
    b[i] = static_cast<float>(numbers(random));
  }
  multiply(a.data(), b.data(), c.data(), n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      float expected = 0;
      for (std::size_t k = 0; k < n; ++k) expected += a[i * n + k] * b[k * n + j];
      ASSERT_EQ(c[i * n + j], expected) << i << ',' << j;
    }
  }
}

TEST(BlockedMatmul, AgreesWithTheReferenceLoop) {
  for (const std::size_t n : {64, 128, 320}) {
    expect_right(matmul::multiply_baseline, n);
    expect_right(matmul::best_multiply(), n);
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
      expect_right(matmul::multiply_avx2, n);
#endif
  }
}

TEST(MatmulKernels, GiveTheExactProduct) {
  for (DeviceKernel& kernel : make_matmul_kernels(128, 0, false)) {
    kernel.prepare();
    EXPECT_GT(kernel.check(), 0u) << "before it ran, " << kernel.description.implementation;
    kernel.run();
    EXPECT_EQ(kernel.check(), 0u) << kernel.description.implementation;
  }
}

TEST(MatmulKernels, ShowOneChangedElement) {
  for (DeviceKernel& kernel : make_matmul_kernels(64, 0, true)) {
    kernel.prepare();
    kernel.run();
    EXPECT_EQ(kernel.check(), 1u);
  }
}

TEST(MatmulKernels, RefuseSizesThatAreNotExactOrDoNotDivide) {
  EXPECT_THROW(static_cast<void>(make_matmul_kernels(100, 0, false)), UsageError);
  EXPECT_THROW(static_cast<void>(make_matmul_kernels(2048, 0, false)), UsageError);
  EXPECT_THROW(static_cast<void>(make_matmul_kernels(0, 0, false)), UsageError);
}

}  // namespace
}  // namespace assay::benchmarks
