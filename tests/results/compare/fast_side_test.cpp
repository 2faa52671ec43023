// What the quickest samples of a cell say beside its median.
#include <gmock/gmock.h>

#include "results/compare/compare.hpp"
#include "tests/results/compare/synthetic_runs.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;

TEST(CompareFastSide, BlamesNoBuildForSamplesThatOthersMadeLonger) {
  SyntheticRuns machine{1};
  const SyntheticBuild quiet{.between_runs = 0.001, .sample_noise = 0.005};
  const auto baseline = machine.runs(3, quiet);
  auto candidate = machine.runs(3, quiet);
  for (results::Run& run : candidate) {
    auto& samples = run.records[0].samples_s;
    for (std::size_t i = 0; i < samples.size(); ++i)
      if (i % 4 != 0) samples[i] *= 1.5;
    run.records[0].median_s = median(samples);
  }
  const auto comparison = compare_runs(baseline, candidate, {});
  EXPECT_EQ(comparison.cells[0].verdict, ChangeVerdict::unclear);
  EXPECT_THAT(comparison.cells[0].reason, HasSubstr("quickest samples did not change"));
}

TEST(CompareFastSide, FindsBesideOtherProgramsWhatTheQuickestSamplesShow) {
  const SyntheticBuild shared{.samples = 300, .others_take = {0.2, 0.8}};
  int found = 0;
  int by_quickest = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    SyntheticRuns machine{seed};
    const auto baseline = machine.runs(3, shared);
    auto build = shared;
    build.slower = 0.05;
    const ComparedCell cell = compare_runs(baseline, machine.runs(3, build), {}).cells[0];
    found += cell.verdict == ChangeVerdict::slower ? 1 : 0;
    by_quickest += cell.by_fast_side ? 1 : 0;
  }
  EXPECT_GE(found, 90);
  EXPECT_GE(by_quickest, 60);
}

TEST(CompareFastSide, SaysSlowerOfEqualBuildsRarelyBesideOtherPrograms) {
  for (const double most : {0.5, 0.8, 0.95}) {
    int alarms = 0;
    for (unsigned seed = 0; seed < 100; ++seed) {
      SyntheticRuns machine{seed};
      const SyntheticBuild build{.cells = 20, .samples = 300, .others_take = {0.2, most}};
      const auto baseline = machine.runs(3, build);
      alarms += compare_runs(baseline, machine.runs(3, build), {}).is_regression() ? 1 : 0;
    }
    EXPECT_LE(alarms, 3) << most;
  }
}

TEST(CompareFastSide, DoesNotOverruleAMedianThatIsTheSame) {
  SyntheticRuns machine{1};
  const SyntheticBuild quiet{.between_runs = 0.001, .sample_noise = 0.01, .samples = 200};
  auto baseline = machine.runs(3, quiet);
  for (results::Run& run : baseline) {
    auto& samples = run.records[0].samples_s;
    const double low = quantile(samples, 0.3);
    for (double& sample : samples)
      if (sample < low) sample *= 0.95;
  }
  const ComparedCell cell = compare_runs(baseline, machine.runs(3, quiet), {}).cells[0];
  ASSERT_TRUE(cell.fast);
  EXPECT_GT(cell.fast->interval[0], 0.03);
  EXPECT_EQ(cell.verdict, ChangeVerdict::same);
}

}  // namespace
}  // namespace assay::results
