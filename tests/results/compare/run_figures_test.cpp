#include "results/compare/run_figures.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

namespace assay::results {
namespace {

RunFigures figures_of(std::vector<double> samples) {
  Record record;
  record.samples_s = std::move(samples);
  record.median_s = 1;
  const Record* list[] = {&record};
  return run_figures(list);
}

/// Eighty samples, in stretches of ten; `is_slow` of a stretch: 30 % slower.
RunFigures of_stretches(const std::function<bool(int)>& is_slow) {
  std::vector<double> samples;
  for (int i = 0; i < 80; ++i)
    samples.push_back((1 + 0.01 * std::sin(i * 7.0)) * (is_slow(i / 10) ? 1.3 : 1.0));
  return figures_of(samples);
}

TEST(RunFigures, DriftIsWhatStretchesDifferByBeyondChance) {
  EXPECT_LT(std::sqrt(of_stretches([](int) { return false; }).median.drift), 0.005);
  // Of the stretches' deviation, 0.140: once in a run the median is off by much of it, ...
  const double once =
      std::sqrt(of_stretches([](int stretch) { return stretch >= 4; }).median.drift);
  EXPECT_NEAR(once, 0.140 * std::sqrt(1.625 / 0.375 / 8), 0.01);
  // ... while what comes and goes is in every run.
  const double often =
      std::sqrt(of_stretches([](int stretch) { return stretch % 2 == 1; }).median.drift);
  EXPECT_NEAR(often, 0.140 / std::sqrt(8), 0.01);
}

TEST(RunFigures, MoreSamplesEstimateBetter) {
  std::vector<double> few;
  std::vector<double> many;
  for (int i = 0; i < 400; ++i) {
    const double sample = 1 + 0.1 * std::sin(i * 7.0);
    if (i < 20) few.push_back(sample);
    many.push_back(sample);
  }
  EXPECT_GT(figures_of(few).median.sampling, 4 * figures_of(many).median.sampling);
}

TEST(RunFigures, TheFastSideIsOfWhatNothingDisturbed) {
  Record record;
  for (int i = 1; i <= 100; ++i) {
    record.samples_s.push_back(i);
    record.disturbed.push_back(i <= 50 ? 1 : 0);
  }
  record.median_s = 1;
  const Record* list[] = {&record};
  const auto fast = run_figures(list).fast;
  ASSERT_TRUE(fast);
  EXPECT_NEAR(std::exp(fast->value), 55.9, 0.01);
  // Of fifty samples the smallest and the 10th smallest enclose the low tenth.
  EXPECT_NEAR(std::sqrt(fast->sampling), std::log(60.0 / 51.0) / (2 * 1.96), 1e-9);
}

TEST(RunFigures, OfRatesIsTheTimeOfAUnit) {
  Record record;
  record.algorithm_bandwidth_bytes_per_s = 100;
  const Record* list[] = {&record};
  EXPECT_DOUBLE_EQ(run_figures(list).median.value, -std::log(100));
  EXPECT_EQ(run_figures(list).unit, "bytes_per_s");
  EXPECT_TRUE(is_comparable(record));
  record.confirmation = 1;
  EXPECT_FALSE(is_comparable(record));
}

}  // namespace
}  // namespace assay::results
