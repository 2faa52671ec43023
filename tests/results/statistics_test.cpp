#include "results/statistics.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace assay::results {
namespace {

using testing::ElementsAre;

TEST(Median, OfOneIsThatOne) { EXPECT_EQ(median(std::array{7.0}), 7.0); }

TEST(Median, OfOddCountIsTheMiddleInAnyOrder) { EXPECT_EQ(median(std::array{9.0, 1.0, 5.0}), 5.0); }

TEST(Median, OfEvenCountIsMeanOfMiddlePair) {
  EXPECT_EQ(median(std::array{4.0, 1.0, 100.0, 2.0}), 3.0);
}

TEST(Quantile, IsLinearBetweenOrderStatisticsAsNumPys) {
  const std::array samples{40.0, 10.0, 20.0, 30.0};
  EXPECT_DOUBLE_EQ(quantile(samples, 0.0), 10.0);
  EXPECT_DOUBLE_EQ(quantile(samples, 0.1), 13.0);  // numpy.quantile(samples, 0.1)
  EXPECT_DOUBLE_EQ(quantile(samples, 0.5), 25.0);
  EXPECT_DOUBLE_EQ(quantile(samples, 0.75), 32.5);
  EXPECT_DOUBLE_EQ(quantile(samples, 1.0), 40.0);
}

TEST(Quantile, OfOneSampleIsThatSample) {
  for (const double q : {0.0, 0.3, 1.0}) EXPECT_EQ(quantile(std::array{3.0}, q), 3.0);
}

std::vector<double> one_to(int n) {
  std::vector<double> values;
  for (int i = 1; i <= n; ++i) values.push_back(i);
  return values;
}

// The ranks are those of the sign test's tables: for n = 10, P(2nd <= median <= 9th) = 1 - 2 * 11 /
// 1024 = 97.9 %; the 3rd and 8th cover 89.1 %.
TEST(MedianInterval, TakesTheNarrowestOrderStatisticsThatCover) {
  const auto ten = median_interval(one_to(10));
  EXPECT_EQ(ten.low, 2);
  EXPECT_EQ(ten.high, 9);
  const auto less_sure = median_interval(one_to(10), 0.89);
  EXPECT_EQ(less_sure.low, 3);
  EXPECT_EQ(less_sure.high, 8);
  const auto twenty = median_interval(one_to(20));
  EXPECT_EQ(twenty.low, 6);
  EXPECT_EQ(twenty.high, 15);
}

TEST(MedianInterval, IsTheWholeRangeWhereSamplesAreTooFew) {
  for (const int n : {1, 2, 5, 6}) {
    const auto interval = median_interval(one_to(n));
    EXPECT_EQ(interval.low, 1) << n;
    EXPECT_EQ(interval.high, n) << n;
  }
}

// Of 100 samples P(X < 5) = 2.4 % and P(X >= 17) = 2.1 % fall below the low tenth.
TEST(QuantileInterval, TakesTheNarrowestOrderStatisticsThatCover) {
  const auto tenth = quantile_interval(one_to(100), 0.1);
  EXPECT_EQ(tenth.low, 5);
  EXPECT_EQ(tenth.high, 17);
}

TEST(QuantileInterval, ReachesTheEndWhereSamplesAreTooFew) {
  const auto tenth = quantile_interval(one_to(20), 0.1);
  EXPECT_EQ(tenth.low, 1);
  EXPECT_EQ(tenth.high, 6);
  EXPECT_EQ(quantile_interval(one_to(3), 0.1).high, 3);
}

// Of a skewed distribution too: the interval assumes none. 2,000 trials know the coverage to 0.5 %.
TEST(MedianInterval, CoversTheMedianAsOftenAsItSays) {
  constexpr int trials = 2000;
  for (const int n : {7, 20, 51}) {
    std::mt19937 random{11};
    std::lognormal_distribution<double> times{0.0, 1.0};  // median 1
    int covered = 0;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<double> samples;
      for (int i = 0; i < n; ++i) samples.push_back(times(random));
      const auto interval = median_interval(samples);
      if (interval.low <= 1.0 && 1.0 <= interval.high) ++covered;
    }
    EXPECT_GE(covered, trials * 0.94) << n;
    EXPECT_LE(covered, trials * 0.995) << n;
  }
}

TEST(ScaledMad, OfAHandComputedSample) {
  // Median 3; distances 2 1 0 1 97; their median 1.
  EXPECT_DOUBLE_EQ(scaled_mad(std::array{1.0, 2.0, 3.0, 4.0, 100.0}), 1.4826);
  EXPECT_EQ(scaled_mad(std::array{5.0, 5.0, 5.0}), 0.0);
}

TEST(ScaledMad, EstimatesTheSigmaOfANormalSample) {
  std::mt19937 random{3};
  std::normal_distribution<double> normal{10.0, 2.0};
  std::vector<double> samples(20001);
  std::generate(samples.begin(), samples.end(), [&] { return normal(random); });
  EXPECT_NEAR(scaled_mad(samples), 2.0, 0.05);
}

TEST(RobustZ, ComparesEachWithTheOthersOnly) {
  // Of the last: others' median 2, MAD 1 * 1.4826.
  const auto scores = robust_z(std::array{1.0, 2.0, 3.0, 12.0}, 0.1);
  EXPECT_NEAR(scores[3], 10.0 / 1.4826, 1e-12);
}

TEST(RobustZ, DoesNotDivideByASpreadOfNothing) {
  EXPECT_THAT(robust_z(std::array{1.0, 1.0, 1.0, 0.9}, 0.05),
              ElementsAre(0, 0, 0, testing::DoubleNear(-2.0, 1e-12)));
  EXPECT_THAT(robust_z(std::array{1.0}, 0.05), ElementsAre(0));
}

TEST(LowerTail, HasTheKnownValues) {
  EXPECT_DOUBLE_EQ(lower_tail(0), 0.5);
  EXPECT_NEAR(lower_tail(-1.959963984540054), 0.025, 1e-12);
  EXPECT_NEAR(lower_tail(-3.5), 2.326290790e-4, 1e-12);
  EXPECT_GT(lower_tail(-30), 0);
}

TEST(LowerTail, OfFewDegreesOfFreedomHasTheTablesValues) {
  EXPECT_NEAR(lower_tail(-4.302652729749464, 2), 0.025, 1e-12);
  EXPECT_NEAR(lower_tail(-2.306004135204166, 8), 0.025, 1e-12);
  EXPECT_DOUBLE_EQ(lower_tail(0, 1), 0.5);
  EXPECT_NEAR(lower_tail(-2, 1e6), lower_tail(-2), 1e-6);
}

// The worked example of Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995), section 3.2.
TEST(BenjaminiHochberg, RejectsTheFirstFourOfThePaper) {
  const std::vector<double> p_values{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                     0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const auto rejected = benjamini_hochberg(p_values, 0.05);
  EXPECT_EQ(std::count(rejected.begin(), rejected.end(), true), 4);
  EXPECT_TRUE(rejected[3]);
  EXPECT_FALSE(rejected[4]);
}

TEST(BenjaminiHochberg, RejectsThoseBelowALaterOneThatIsRejected) {
  // Alone 0.03 is above 0.05 * 1/2; 0.04 is not above 0.05 * 2/2 and takes it along.
  EXPECT_THAT(benjamini_hochberg(std::array{0.04, 0.03}, 0.05), ElementsAre(true, true));
  EXPECT_THAT(benjamini_hochberg(std::array{0.5, 0.03}, 0.05), ElementsAre(false, false));
  EXPECT_TRUE(benjamini_hochberg({}, 0.05).empty());
}

TEST(BenjaminiHochberg, FindsNothingAmongUniformPValuesNearlyAlways) {
  std::mt19937 random{5};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  int runs_with_a_finding = 0;
  for (int run = 0; run < 1000; ++run) {
    std::vector<double> p_values(200);
    std::generate(p_values.begin(), p_values.end(), [&] { return uniform(random); });
    const auto rejected = benjamini_hochberg(p_values, 0.01);
    if (std::find(rejected.begin(), rejected.end(), true) != rejected.end()) ++runs_with_a_finding;
  }
  EXPECT_LT(runs_with_a_finding, 25);  // 10 expected of 1,000, with a sigma of about 3
}

TEST(FastSide, ReadsUndisturbedSamplesWhereThereAreEnough) {
  const std::vector<double> samples{1, 1, 1, 5, 5, 5, 5, 5};
  const std::vector<int> disturbed{1, 1, 1, 0, 0, 0, 0, 0};
  EXPECT_EQ(fast_side(samples, disturbed), 5);
  EXPECT_EQ(fast_side(samples, {}), 1);
}

TEST(FastSide, ReadsAllSamplesWhereFewAreUndisturbed) {
  const std::vector<double> samples{1, 1, 1, 1, 5, 5, 5, 5};
  const std::vector<int> disturbed{1, 1, 1, 1, 0, 0, 0, 0};
  EXPECT_EQ(fast_side(samples, disturbed), 1);
}

TEST(FastSide, IsNotMovedByWhatOnlySlows) {
  std::mt19937 random{7};
  std::vector<double> quiet(50, 1.0);
  std::vector<double> busy = quiet;
  for (std::size_t i = 0; i < busy.size(); i += 2) busy[i] *= 3.0;
  std::shuffle(busy.begin(), busy.end(), random);
  EXPECT_DOUBLE_EQ(fast_side(busy, {}), fast_side(quiet, {}));
}

}  // namespace
}  // namespace assay::results
