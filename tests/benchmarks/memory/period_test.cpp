#include "benchmarks/memory/period.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace assay::benchmarks {
namespace {

constexpr std::size_t period = std::tuple_size_v<Period>;

TEST(Period, ComesAgainAndAgain) {
  const Period values = period_of_multiples(7);
  EXPECT_EQ(values[200], 1400 - 1021);
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, period, 3 * period + 5}) {
    std::vector<double> array(count, -1);
    fill(array, values);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(array[i], values[i % period]);
    EXPECT_FALSE(mismatch(array, values));
  }
}

TEST(Period, TellsAllThatIsWrongAndWhereItBegins) {
  const Period values = period_of_multiples(1);
  std::vector<double> array(2 * period + 5);
  fill(array, values);
  array[2 * period + 4] = 0.5;
  auto wrong = mismatch(array, values);
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->count, 1U);
  EXPECT_EQ(wrong->offset, 2 * period + 4);
  EXPECT_EQ(wrong->expected, "4");
  EXPECT_EQ(wrong->found, "0.5");
  array[period - 1] = -1;
  array[period] = -1;
  wrong = mismatch(array, values);
  EXPECT_EQ(wrong->count, 3U);
  EXPECT_EQ(wrong->offset, period - 1);
}

TEST(Period, IsSummedElementByElement) {
  const Period sum = sum_of(period_of_multiples(1), 3, period_of_multiples(7));
  EXPECT_EQ(sum[10], 10 + 3 * 70);
}

}  // namespace
}  // namespace assay::benchmarks
