#include "benchmarks/gpu_memory/chain.hpp"

#include <gtest/gtest.h>

#include "benchmarks/gpu_memory/nominal.hpp"
#include "benchmarks/gpu_memory/sequence.hpp"

namespace assay::benchmarks::gpu_memory {

namespace {

TEST(RandomCycle, ComesBackAfterAllLinesAndNotBefore) {
  for (const std::size_t count : {1U, 2U, 3U, 17U, 1000U}) {
    const auto next = random_cycle(count, 1);
    for (std::size_t steps = 1; steps < count; ++steps) EXPECT_NE(walk(next, 0, steps), 0U);
    EXPECT_EQ(walk(next, 0, count), 0U);
  }
}

TEST(RandomCycle, IsNotTheNextLine) {
  const auto next = random_cycle(1000, 1);
  int neighbours = 0;
  for (std::uint32_t line = 0; line < 999; ++line) neighbours += next[line] == line + 1 ? 1 : 0;
  EXPECT_LT(neighbours, 20);
}

TEST(NominalBandwidth, IsTheDatasheets) {
  EXPECT_NEAR(nominal_bytes_per_s(2'619'000, 5120), 3.35e12, 0.01e12);    // H100 SXM
  EXPECT_NEAR(nominal_bytes_per_s(1'593'000, 5120), 2.039e12, 0.001e12);  // A100, 80 GB
}

TEST(Words, SumAsTheFormulaSays) {
  for (const std::uint64_t count : {0U, 1U, 2U, 5U, 1024U}) {
    std::uint64_t sum = 0;
    for (std::uint64_t index = 0; index < count; ++index) sum += word(7, index);
    EXPECT_EQ(sum_of_words(7, count), sum) << count;
  }
}

}  // namespace

}  // namespace assay::benchmarks::gpu_memory
