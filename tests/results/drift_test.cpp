#include "results/drift.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace assay::results {
namespace {

TEST(DriftOf, IsUnknownOfFewWindows) {
  EXPECT_FALSE(drift_of(std::vector<double>(windows_for_drift - 1, 1.0)).known);
}

TEST(DriftOf, IsNothingWhereNothingChanges) {
  const Drift drift = drift_of(std::vector<double>(20, 5.0));
  EXPECT_TRUE(drift.known);
  EXPECT_DOUBLE_EQ(drift.change, 0);
  EXPECT_DOUBLE_EQ(drift.z, 0);
}

TEST(DriftOf, MeasuresAFallAsAShareAndIsNotMovedByBadWindows) {
  std::vector<double> values;
  for (int window = 0; window <= 100; ++window) values.push_back(100.0 - 0.1 * window);
  values[30] = values[60] = 1;
  const Drift drift = drift_of(values);
  EXPECT_NEAR(drift.change, -0.105, 0.003);
  EXPECT_LT(drift.z, -10);
}

TEST(DriftOf, SeldomTakesNoiseForADrift) {
  std::mt19937 random{5};
  std::normal_distribution<double> noise{100, 3};
  int found = 0;
  for (int series = 0; series < 200; ++series) {
    std::vector<double> values(40);
    for (double& value : values) value = noise(random);
    if (drift_of(values).z < -2) ++found;
  }
  EXPECT_LT(found, 12);  // 2.3 % of 200 are 5
}

}  // namespace
}  // namespace assay::results
