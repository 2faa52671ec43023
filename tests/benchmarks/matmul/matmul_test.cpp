#include "benchmarks/matmul/matmul.hpp"

#include <gtest/gtest.h>

namespace assay::benchmarks {
namespace {

TEST(MatmulKernels, GiveTheExactProduct) {
  for (const char* layout : {"nn", "nt", "tn", "tt"}) {
    MatmulOptions options;
    options.shape = {65, 130, 99};
    options.layout = parse_layout(layout);
    options.threads = 2;
    for (DeviceKernel& kernel : make_matmul_kernels(options)) {
      kernel.prepare();
      EXPECT_TRUE(kernel.check()) << "before it ran, " << kernel.description.implementation;
      kernel.run();
      EXPECT_FALSE(kernel.check()) << kernel.description.implementation << ' ' << layout;
      EXPECT_EQ(kernel.description.shape, "65x130x99");
    }
  }
}

TEST(MatmulKernels, ShowOneChangedElement) {
  MatmulOptions options;
  options.shape = {64, 64, 64};
  options.corrupt = true;
  for (DeviceKernel& kernel : make_matmul_kernels(options)) {
    kernel.prepare();
    kernel.run();
    EXPECT_EQ(kernel.check()->count, 1u);
  }
}

TEST(MatmulBytes, HoldMatricesAndScratch) {
  MatmulOptions options;
  options.shape = {1024, 1024, 1024};
  EXPECT_GT(matmul_bytes(options), 12_MiB);
  EXPECT_LT(matmul_bytes(options), 16_MiB);
}

}  // namespace
}  // namespace assay::benchmarks
