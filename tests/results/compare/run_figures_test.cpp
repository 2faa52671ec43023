#include "results/compare/run_figures.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace assay::results {
namespace {

RunFigures figures_of(std::vector<double> samples) {
  Record record;
  record.samples_s = std::move(samples);
  record.median_s = 1;
  const Record* list[] = {&record};
  return run_figures(list);
}

TEST(RunFigures, DriftIsWhatStretchesDifferByBeyondChance) {
  std::vector<double> steady;
  std::vector<double> drifting;
  for (int i = 0; i < 80; ++i) {
    const double noise = 1 + 0.01 * std::sin(i * 7.0);
    steady.push_back(noise);
    drifting.push_back(noise * (i < 40 ? 1.0 : 1.3));
  }
  EXPECT_LT(std::sqrt(figures_of(steady).drift), 0.005);
  EXPECT_NEAR(std::sqrt(figures_of(drifting).drift), std::log(1.3) / 2, 0.02);
}

TEST(RunFigures, MoreSamplesEstimateBetter) {
  std::vector<double> few;
  std::vector<double> many;
  for (int i = 0; i < 400; ++i) {
    const double sample = 1 + 0.1 * std::sin(i * 7.0);
    if (i < 20) few.push_back(sample);
    many.push_back(sample);
  }
  EXPECT_GT(figures_of(few).sampling, 4 * figures_of(many).sampling);
}

TEST(RunFigures, OfRatesIsTheTimeOfAUnit) {
  Record record;
  record.algorithm_bandwidth_bytes_per_s = 100;
  const Record* list[] = {&record};
  EXPECT_DOUBLE_EQ(run_figures(list).median, -std::log(100));
  EXPECT_EQ(run_figures(list).unit, "bytes_per_s");
  EXPECT_TRUE(is_comparable(record));
  record.confirmation = 1;
  EXPECT_FALSE(is_comparable(record));
}

}  // namespace
}  // namespace assay::results
