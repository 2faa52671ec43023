#include "benchmarks/hop_stages.hpp"

#include <gtest/gtest.h>

namespace assay::benchmarks {
namespace {

TEST(SizeOfHops, IsWhatWasAskedForOnFastLinks) {
  constexpr double rate = 12.5e9;  // 100 Gb/s
  EXPECT_EQ(size_of_hops({}, rate, 64), HopOptions{}.size);
}

TEST(SizeOfHops, IsLessOnSlowLinks) {
  constexpr double rate = 50e6;
  const Bytes size = size_of_hops({}, rate, 4);
  EXPECT_EQ(size.value, 12'500'000U);  // twice of it in half a second
}

TEST(SizeOfHops, HasAWholeMessageOnEveryLane) {
  constexpr double rate = 1e6;
  const HopOptions options;
  EXPECT_EQ(size_of_hops(options, rate, 8).value, 8 * 4 * options.block.value);
  EXPECT_EQ(size_of_hops(options, rate, 1000), options.size);
}

}  // namespace
}  // namespace assay::benchmarks
