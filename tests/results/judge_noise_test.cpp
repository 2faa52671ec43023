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

/// About as many cells in all, however many ranks.
int runs_of(const SyntheticCluster& cluster) { return cluster.ranks > 4 ? 15 : 300; }

TEST_P(JudgeNoise, OfSamplesConvictsNoSoundClusterAndLeavesFewOpen) {
  for (const double noise : {0.01, 0.05}) {
    SyntheticCluster cluster;
    cluster.ranks = GetParam();
    cluster.sample_noise = noise;
    cluster.record_noise = noise / 5;
    cluster.disturbed_share = 0.3;
    const int runs = runs_of(cluster);
    const auto result = tally(cluster, runs);
    EXPECT_EQ(result.fail, 0) << noise << "\n" << result.first_not_passed;
    EXPECT_LE(result.inconclusive, runs / 20) << noise << "\n" << result.first_not_passed;
  }
}

// Whole records that differ from repeat to repeat: not every run can be decided, but none convicts.
// Where they differ nearly as much as a fault would, two ranks are convicted once in a while: there
// is nothing else to compare them with.
TEST_P(JudgeNoise, OfWholeRecordsConvictsNoSoundCluster) {
  for (const double noise : {0.03, 0.05}) {
    SyntheticCluster cluster;
    cluster.ranks = GetParam();
    cluster.record_noise = noise;
    const int runs = runs_of(cluster);
    const auto result = tally(cluster, runs);
    EXPECT_LE(result.fail, noise > 0.04 ? runs / 100 : 0) << noise << "\n"
                                                          << result.first_not_passed;
    EXPECT_LE(result.inconclusive, runs / 2) << noise << "\n" << result.first_not_passed;
  }
}

INSTANTIATE_TEST_SUITE_P(Ranks, JudgeNoise, testing::Values(2, 3, 4, 8, 16));

}  // namespace
}  // namespace assay::results
