#include "results/judge/part.hpp"

#include <gtest/gtest.h>

namespace assay::results {
namespace {

constexpr int peers = 3;

Comparison compared(double ratio, double sigma) { return {ratio, 1.0, sigma, peers}; }

/// A part that was as fast as its peers in each of three rounds.
Part sound(double sigma = 0.015) {
  return {compared(1.0, sigma), {compared(1.0, sigma), compared(1.0, sigma)}};
}

Status status_of_first(const std::vector<Part>& family) {
  return decide(family, JudgeOptions{}).front().status;
}

TEST(Decide, FailsWhatIsSlowInEveryRound) {
  const Part slow{compared(0.5, 0.015), {compared(0.52, 0.02), compared(0.51, 0.03)}};
  EXPECT_EQ(status_of_first({slow, sound(), sound(), sound()}), Status::fail);
}

// Seen on a machine whose processors were taken away in the last round: the sound parts' rounds lie
// far apart, but they say themselves that they know little.
TEST(Decide, FailsWhatIsSlowThoughOthersHadRoundsThatKnowNothing) {
  const Part slow{compared(0.496, 0.015), {compared(0.503, 0.015), compared(0.507, 0.034)}};
  const Part noisy{compared(1.0, 0.015), {compared(1.006, 0.353), compared(2.04, 1.09)}};
  const Part less_noisy{compared(1.006, 0.015), {compared(1.003, 0.015), compared(1.185, 0.2)}};
  EXPECT_EQ(status_of_first({slow, less_noisy, noisy, noisy}), Status::fail);
}

TEST(Decide, LeavesOpenWhatIsNoSlowerThanSureRoundsOfOthersLieApart) {
  const Part slow{compared(0.90, 0.015), {compared(0.91, 0.015), compared(0.90, 0.015)}};
  const Part swinging{compared(1.0, 0.015), {compared(1.2, 0.015), compared(0.85, 0.015)}};
  EXPECT_EQ(status_of_first({slow, swinging, swinging, swinging}), Status::inconclusive);
}

TEST(Decide, LeavesOpenWhatIsSlowInRoundsThatKnowNothing) {
  const Part doubtful{compared(0.5, 0.6), {compared(0.5, 0.7), compared(0.5, 0.6)}};
  EXPECT_EQ(status_of_first({doubtful, sound(), sound(), sound()}), Status::inconclusive);
}

}  // namespace
}  // namespace assay::results
