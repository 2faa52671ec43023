#include <gtest/gtest.h>

#include "results/judge.hpp"
#include "tests/results/synthetic_run.hpp"

// How often a sound cluster is convicted, over many simulated runs.

namespace assay::results {
namespace {

/// How often each verdict is reached over many runs of one cluster.
struct Tally {
  int pass = 0;
  int fail = 0;
  int inconclusive = 0;
  std::string first_not_passed;
};
Tally tally(SyntheticCluster cluster, int runs) {
  Tally result;
  for (int seed = 1; seed <= runs; ++seed) {
    cluster.seed = static_cast<unsigned>(seed);
    const Verdict verdict = accepted(cluster);
    if (verdict.verdict == Status::pass) ++result.pass;
    if (verdict.verdict == Status::fail) ++result.fail;
    if (verdict.verdict == Status::inconclusive) ++result.inconclusive;
    if (verdict.verdict != Status::pass && result.first_not_passed.empty())
      result.first_not_passed = told(verdict);
  }
  return result;
}

class JudgeNoise : public testing::TestWithParam<int> {};

TEST_P(JudgeNoise, OfSamplesConvictsNoSoundClusterAndLeavesFewOpen) {
  constexpr int runs = 500;
  for (const double noise : {0.01, 0.03, 0.05}) {
    SyntheticCluster cluster;
    cluster.ranks = GetParam();
    cluster.sample_noise = noise;
    cluster.record_noise = noise / 5;
    cluster.disturbed_share = 0.3;
    const int part = cluster.ranks > 4 ? runs / 20 : runs;  // as many cells in all
    const auto result = tally(cluster, part);
    EXPECT_EQ(result.fail, 0) << noise << "\n" << result.first_not_passed;
    EXPECT_LE(result.inconclusive, part / 20) << noise << "\n" << result.first_not_passed;
  }
}

// Whole records that differ by as much as a fault would: not every run can be decided, but none
// convicts.
TEST_P(JudgeNoise, OfWholeRecordsConvictsNoSoundCluster) {
  constexpr int runs = 500;
  SyntheticCluster cluster;
  cluster.ranks = GetParam();
  cluster.sample_noise = 0.05;
  cluster.record_noise = 0.05;
  const int part = cluster.ranks > 4 ? runs / 20 : runs;  // as many cells in all
  const auto result = tally(cluster, part);
  EXPECT_EQ(result.fail, 0) << result.first_not_passed;
  EXPECT_LE(result.inconclusive, part / 2) << result.first_not_passed;
}

INSTANTIATE_TEST_SUITE_P(Ranks, JudgeNoise, testing::Values(2, 3, 4, 8, 16));

}  // namespace
}  // namespace assay::results
