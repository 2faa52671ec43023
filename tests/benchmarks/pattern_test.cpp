#include "benchmarks/pattern.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace assay::benchmarks {
namespace {

using collectives::DataType;
using collectives::ReduceOp;

template <class T>
std::vector<T> sum_in_order(DataType type, int ranks, std::size_t count, bool backwards) {
  std::vector<T> sum(count);
  for (int i = 0; i < ranks; ++i) {
    const int rank = backwards ? ranks - 1 - i : i;
    const Pattern pattern{type, ReduceOp::sum, count, rank, ranks};
    std::vector<T> input(count);
    pattern.fill(input.data(), count, 5);
    for (std::size_t j = 0; j < count; ++j) sum[j] += input[j];
  }
  return sum;
}

template <class T>
void expect_exact_sums(DataType type) {
  constexpr std::size_t count = 1000;
  for (const int ranks : {1, 2, 3, 8, 33}) {
    const Pattern pattern{type, ReduceOp::sum, count, 0, ranks};
    const auto forwards = sum_in_order<T>(type, ranks, count, false);
    EXPECT_EQ(forwards, sum_in_order<T>(type, ranks, count, true));
    EXPECT_FALSE(pattern.check(forwards.data(), count, 5).has_value()) << ranks;
  }
}
TEST(Pattern, SumsAreExactInAnyOrder) {
  expect_exact_sums<float>(DataType::float32);
  expect_exact_sums<double>(DataType::float64);
  expect_exact_sums<std::int32_t>(DataType::int32);
  expect_exact_sums<std::int64_t>(DataType::int64);
}

TEST(Pattern, NamesTheFirstWrongElement) {
  const Pattern pattern{DataType::float32, ReduceOp::sum, 100, 0, 1};
  std::vector<float> result(100);
  pattern.fill(result.data(), 100, 0);
  const float right = result[42];
  result[42] = std::nextafter(right, 2.0F);
  result[43] += 1;
  const auto mismatch = pattern.check(result.data(), 100, 0);
  ASSERT_TRUE(mismatch.has_value());
  EXPECT_EQ(mismatch->count, 2u);
  EXPECT_EQ(mismatch->offset, 42u);
  EXPECT_EQ(std::stof(mismatch->expected), right);
  EXPECT_EQ(std::stof(mismatch->found), result[42]);
}

TEST(Pattern, AStaleResultIsWrong) {
  const Pattern pattern{DataType::float32, ReduceOp::sum, 1000, 0, 1};
  std::vector<float> before(1000);
  pattern.fill(before.data(), 1000, 3);
  const auto mismatch = pattern.check(before.data(), 1000, 4);
  ASSERT_TRUE(mismatch.has_value());
  EXPECT_GT(mismatch->count, 990u);
}

TEST(Pattern, IsRandomAndNeverAllZero) {
  const Pattern pattern{DataType::float32, ReduceOp::sum, 10000, 2, 4};
  std::vector<float> data(10000);
  pattern.fill(data.data(), data.size(), 0);
  double mean = 0;
  for (const float value : data) {
    EXPECT_LT(std::abs(value), 1.0F);
    mean += value / 10000.0;
  }
  EXPECT_NEAR(mean, 0.0, 0.03);  // 5 sigma of a uniform mean
}

TEST(Pattern, MaximumAndMinimumAreChecked) {
  for (const auto op : {ReduceOp::max, ReduceOp::min}) {
    std::vector<std::int32_t> reduced(50);
    for (int rank = 0; rank < 3; ++rank) {
      const Pattern pattern{DataType::int32, op, 50, rank, 3};
      std::vector<std::int32_t> input(50);
      pattern.fill(input.data(), 50, 1);
      for (std::size_t i = 0; i < 50; ++i) {
        if (rank == 0) reduced[i] = input[i];
        reduced[i] =
            op == ReduceOp::max ? std::max(reduced[i], input[i]) : std::min(reduced[i], input[i]);
      }
    }
    const Pattern pattern{DataType::int32, op, 50, 0, 3};
    EXPECT_FALSE(pattern.check(reduced.data(), 50, 1).has_value());
    reduced[7] ^= 1;
    EXPECT_TRUE(pattern.check(reduced.data(), 50, 1).has_value());
  }
}

}  // namespace
}  // namespace assay::benchmarks
