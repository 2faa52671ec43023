#include "collectives/algorithms/ring.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace assay::collectives {
namespace {

using testing::Each;
using testing::SizeIs;

constexpr int most_ranks = 33;

std::vector<Step> steps_of(int rank, int ranks, const PlanOptions& options = {}) {
  return ring_plan(rank, ranks, options).front().steps;
}

TEST(Ring, OfThreeRanksIsTheTextbooksSchedule) {
  const std::vector<Step> wanted{
      {.action = Action::send, .send_to = 2, .block = 1},
      {.action = Action::receive_reduce_send,
       .target = Place::nowhere,
       .receive_from = 0,
       .send_to = 2,
       .block = 0},
      {.action = Action::receive_reduce_send,
       .completes = true,
       .receive_from = 0,
       .send_to = 2,
       .block = 2},
      {.action = Action::receive_send, .receive_from = 0, .send_to = 2, .block = 1},
      {.action = Action::receive, .receive_from = 0, .block = 0}};
  EXPECT_EQ(steps_of(1, 3), wanted);
}

TEST(Ring, OfOneRankIsOneCopy) {
  EXPECT_EQ(steps_of(0, 1), (std::vector<Step>{{.action = Action::copy, .completes = true}}));
}

TEST(Ring, SendsTwiceRanksLessOneMessagesToItsSuccessorAlone) {
  for (int ranks = 2; ranks <= most_ranks; ++ranks) {
    for (int rank = 0; rank < ranks; ++rank) {
      const std::vector<Step> steps = steps_of(rank, ranks);
      EXPECT_EQ(std::ranges::count_if(steps, sends, &Step::action), 2 * (ranks - 1));
      EXPECT_EQ(std::ranges::count_if(steps, receives, &Step::action), 2 * (ranks - 1));
      for (const Step& step : steps) {
        if (sends(step.action)) {
          EXPECT_EQ(step.send_to, (rank + 1) % ranks);
        }
        if (receives(step.action)) {
          EXPECT_EQ(step.receive_from, (rank + ranks - 1) % ranks);
        }
      }
    }
  }
}

TEST(Ring, StoresTheSumAsEarlyAsItIsComplete) {
  for (int ranks = 2; ranks <= most_ranks; ++ranks) {
    const std::vector<Step> steps = steps_of(0, ranks);
    EXPECT_EQ(std::ranges::count(steps, true, &Step::completes), 1);
    const Step& last_sum = steps.at(static_cast<std::size_t>(ranks) - 1);
    EXPECT_TRUE(last_sum.completes);
    EXPECT_EQ(last_sum.target, Place::output);
  }
}

TEST(Ring, FollowsTheGivenOrder) {
  const PlanOptions options{.lanes = 1, .order = {2, 0, 3, 1}};
  const std::vector<Step> steps = steps_of(3, 4, options);
  EXPECT_EQ(steps.front().send_to, 1);
  EXPECT_EQ(steps.front().block, 2U);
  EXPECT_EQ(steps.back().receive_from, 0);
}

TEST(Ring, HasOneSegmentALane) {
  const PlanOptions options{.lanes = 3, .order = {}};
  const RankPlan plan = ring_plan(2, 4, options);
  ASSERT_THAT(plan, SizeIs(3));
  for (std::uint32_t lane = 0; lane < 3; ++lane) {
    EXPECT_EQ(plan[lane].segment, lane);
    EXPECT_EQ(plan[lane].after, Lane::independent);
    EXPECT_EQ(plan[lane].steps, plan[0].steps);
  }
}

}  // namespace
}  // namespace assay::collectives
