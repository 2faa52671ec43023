#include "benchmarks/memory/memory.hpp"

#include <gtest/gtest.h>

namespace assay::benchmarks {
namespace {

TEST(MemoryKernels, AreRightAndCountBytesAsStreamDoes) {
  const std::vector<std::pair<std::string, std::uint64_t>> expected{
      {"copy", 2}, {"scale", 2}, {"add", 3}, {"triad", 3}};
  auto kernels = make_memory_kernels(1_MiB);
  ASSERT_EQ(kernels.size(), expected.size());
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    EXPECT_EQ(*kernels[i].description.algorithm, expected[i].first);
    EXPECT_EQ(*kernels[i].description.size_bytes, expected[i].second * (1_MiB).value);
    EXPECT_TRUE(kernels[i].check()) << "before it ran";
    kernels[i].run();
    EXPECT_FALSE(kernels[i].check());
  }
}

TEST(MemoryArrays, AreFourTimesTheCachesHoweverLargeTheyAre) {
  EXPECT_EQ(memory_array_bytes(24_MiB, 64_GiB, 4), 96_MiB);
  EXPECT_EQ(memory_array_bytes(Bytes{}, 64_GiB, 4), 16_MiB);
  EXPECT_EQ(memory_array_bytes(1_GiB, 64_GiB, 1), 4_GiB);
}

TEST(MemoryArrays, LeaveTheHostHalfOfItsMemory) {
  EXPECT_EQ(memory_array_bytes(105_MiB, 64_GiB, 96), 64_MiB);
  EXPECT_EQ(memory_array_bytes(32_MiB, Bytes{}, 1), 1_MiB);
}

}  // namespace
}  // namespace assay::benchmarks
