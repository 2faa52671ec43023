#include "results/locate/envelope.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace assay::results {
namespace {

TEST(UpperEnvelope, PassesOverSlowPartners) {
  std::vector<float> cells{1, 10, 2, 1};
  EXPECT_EQ(upper_envelope(cells).value, 10);
  std::vector<float> more{1, 9, 2, 10, 3};
  EXPECT_EQ(upper_envelope(more).value, 9);
  EXPECT_EQ(upper_envelope(more).cells, 5);
}

TEST(UpperEnvelope, OfNoCellsIsMissing) {
  EXPECT_TRUE(std::isnan(upper_envelope({}).value));
  EXPECT_EQ(upper_envelope({}).cells, 0);
}

/// Cells in an order that a sample may or may not meet alike.
float cell_of(int order, std::size_t i, std::size_t count, float noise) {
  if (order == 0) return noise;
  if (order == 1) return i % 4 == 0 ? noise : noise - 10;  // as many fast ones as lie above
  if (order == 2) return i % 8 < 3 ? noise + 10 : noise;   // leaves of eight
  if (order == 3) return static_cast<float>(i);
  if (order == 4) return static_cast<float>(count - i);
  return 1;
}

TEST(UpperEnvelope, OfManyCellsIsThatOfAllSorted) {
  std::mt19937 random{7};
  std::normal_distribution<float> normal;
  for (const std::size_t count : {511U, 512U, 513U, 1000U, 1024U, 4096U})
    for (int order = 0; order <= 5; ++order) {
      std::vector<float> cells;
      for (std::size_t i = 0; i < count; ++i)
        cells.push_back(cell_of(order, i, count, normal(random)));
      std::vector<float> sorted = cells;
      std::sort(sorted.begin(), sorted.end(), std::greater<>{});
      const Envelope found = upper_envelope(cells);
      EXPECT_EQ(found.value, sorted[(count - 1) / 4]) << count << " cells, order " << order;
      EXPECT_EQ(found.cells, static_cast<int>(count));
    }
}

class EnvelopeOfNoise : public testing::TestWithParam<int> {};

TEST_P(EnvelopeOfNoise, LiesWhereTheTableSays) {
  const int cells = GetParam();
  std::mt19937 random{7};
  std::normal_distribution<float> normal;
  constexpr int trials = 20000;
  double sum = 0;
  double squares = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<float> line;
    for (int cell = 0; cell < cells; ++cell) line.push_back(normal(random));
    const double value = upper_envelope(line).value;
    sum += value;
    squares += value * value;
  }
  const double mean = sum / trials;
  const double error = std::sqrt(squares / trials - mean * mean);
  const EnvelopeNoise noise = EnvelopeTable{cells}.of(cells);
  EXPECT_NEAR(noise.bias, mean, 0.05);
  EXPECT_NEAR(noise.error, error, 0.08);
}

INSTANTIATE_TEST_SUITE_P(Cells, EnvelopeOfNoise, testing::Values(1, 2, 3, 4, 5, 7, 8, 31, 100));

TEST(UpperMedian, IsTheGreaterOfTheMiddlePair) {
  std::vector<float> values{4, 1, 2, 3};
  EXPECT_EQ(upper_median(values), 3);
  std::vector<float> one{5};
  EXPECT_EQ(upper_median(one), 5);
}

TEST(ShortestHalf, BearsAnyHalf) {
  std::mt19937 random{3};
  std::normal_distribution<float> normal{0, 0.01F};
  for (const float shift : {-0.15F, -0.5F}) {
    std::vector<float> values;
    for (int i = 0; i < 200; ++i) values.push_back(normal(random) + (i % 2 == 0 ? shift : 0));
    const Bulk bulk = shortest_half(values);
    // All of one half of the values lie within it: about 2.8 sigma either way.
    EXPECT_LT(bulk.sigma, 0.05);
    EXPECT_TRUE(std::abs(bulk.middle) < 0.01 || std::abs(bulk.middle - shift) < 0.01);
  }
}

/// So many values, and how far the mean of many estimates of their sigma may be from it.
struct ValuesOfSigma {
  std::size_t values;
  double tolerance;
};

class SigmaOfShortestHalf : public testing::TestWithParam<ValuesOfSigma> {};

TEST_P(SigmaOfShortestHalf, IsThatOfNormalNoiseOnAverage) {
  const auto [count, tolerance] = GetParam();
  constexpr std::size_t values_at_all = 400'000;
  const std::size_t samples = values_at_all / count;
  std::mt19937 random{5};
  std::normal_distribution<float> normal{2, 0.02F};
  std::vector<float> values(count);
  double sigma = 0;
  double middle = 0;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    for (float& value : values) value = normal(random);
    const Bulk bulk = shortest_half(values);
    sigma += bulk.sigma / static_cast<double>(samples);
    middle += bulk.middle / static_cast<double>(samples);
  }
  EXPECT_NEAR(sigma / 0.02, 1, tolerance);
  EXPECT_NEAR(middle, 2, 0.002);
}

INSTANTIATE_TEST_SUITE_P(Counts, SigmaOfShortestHalf,
                         testing::Values(ValuesOfSigma{3, 0.05}, ValuesOfSigma{9, 0.03},
                                         ValuesOfSigma{16, 0.02}, ValuesOfSigma{17, 0.025},
                                         ValuesOfSigma{56, 0.01}, ValuesOfSigma{57, 0.01},
                                         ValuesOfSigma{1000, 0.01}));

TEST(ShortestHalf, OfOneValueIsTheValue) {
  std::vector<float> one{3};
  EXPECT_EQ(shortest_half(one).middle, 3);
  EXPECT_EQ(shortest_half(one).sigma, 0);
}

}  // namespace
}  // namespace assay::results
