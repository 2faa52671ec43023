#include "supervision/waiting_graph.hpp"

#include <gtest/gtest.h>

namespace assay::supervision {
namespace {

constexpr int nobody = Heartbeat::nobody;
constexpr int everybody = Heartbeat::everybody;

/// Ranks that wait as listed, all of them overdue.
std::vector<RankState> waiting(const std::vector<int>& for_whom) {
  std::vector<RankState> ranks;
  for (const int awaited : for_whom) {
    RankState& state = ranks.emplace_back();
    state.rank = static_cast<int>(ranks.size()) - 1;
    state.waiting_for = awaited;
    state.condition = Condition::overdue;
  }
  return ranks;
}

TEST(WaitingGraph, FollowsAChainToItsEnd) {
  const auto ranks = waiting({1, 2, 3, nobody});
  const auto roots = WaitingGraph{ranks}.roots();
  ASSERT_EQ(roots.size(), 1u);
  EXPECT_EQ(roots[0].rank, 3);
  EXPECT_EQ(roots[0].waiters, 3);
}

TEST(WaitingGraph, OfABarrierEndsAtWhoIsNotInIt) {
  const auto ranks = waiting({everybody, everybody, 3, nobody});
  const auto roots = WaitingGraph{ranks}.roots();
  ASSERT_EQ(roots.size(), 1u);
  EXPECT_EQ(roots[0].rank, 3);
  EXPECT_EQ(roots[0].waiters, 3);
}

TEST(WaitingGraph, DoesNotBlameWhoIsDone) {
  auto ranks = waiting({everybody, nobody, nobody});
  ranks[1].condition = Condition::done;
  const auto roots = WaitingGraph{ranks}.roots();
  ASSERT_EQ(roots.size(), 1u);
  EXPECT_EQ(roots[0].rank, 2);
}

TEST(WaitingGraph, EndsAtARankThatDoesNotAnswer) {
  auto ranks = waiting({1, 2, 0});
  ranks[1].answered = false;
  const auto roots = WaitingGraph{ranks}.roots();
  ASSERT_FALSE(roots.empty());
  EXPECT_EQ(roots[0].rank, 1);
}

TEST(WaitingGraph, OfACircleOrABarrierOfAllHasNoEnd) {
  EXPECT_TRUE(WaitingGraph{waiting({1, 2, 0})}.roots().empty());
  EXPECT_TRUE(WaitingGraph{waiting({everybody, everybody})}.roots().empty());
}

TEST(WaitingGraph, NamesTheOneThatMostNameAndThenTheLeastStep) {
  EXPECT_EQ(WaitingGraph{waiting({2, 2, 1, everybody})}.most_named(), 2);
  auto ranks = waiting({2, 0, 1});
  ranks[0].step = 5;
  ranks[1].step = 4;
  ranks[2].step = 1;
  EXPECT_EQ(WaitingGraph{ranks}.most_named(), 1);
  EXPECT_EQ(WaitingGraph{waiting({everybody, everybody})}.most_named(), -1);
}

TEST(WaitingGraph, BearsRanksThatDoNotExist) {
  const auto ranks = waiting({7, -3});
  EXPECT_TRUE(WaitingGraph{ranks}.roots().empty());
  EXPECT_EQ(WaitingGraph{ranks}.most_named(), -1);
}

}  // namespace
}  // namespace assay::supervision
