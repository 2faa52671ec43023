#include "topology/pair_schedule.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace assay::topology {
namespace {

class PairRounds : public testing::TestWithParam<int> {};

TEST_P(PairRounds, HoldEveryPairOnceInDisjointRounds) {
  const int ranks = GetParam();
  std::set<std::pair<int, int>> seen;
  const auto rounds = pair_rounds(ranks);
  for (const PairRound& round : rounds) {
    std::set<int> busy;
    for (const auto& [one, other] : round) {
      EXPECT_LT(one, other);
      EXPECT_TRUE(busy.insert(one).second);
      EXPECT_TRUE(busy.insert(other).second);
      EXPECT_TRUE(seen.insert({one, other}).second);
    }
  }
  EXPECT_EQ(static_cast<int>(seen.size()), ranks * (ranks - 1) / 2);
  const int expected_rounds = ranks < 2 ? 0 : ranks - 1 + ranks % 2;
  EXPECT_EQ(static_cast<int>(rounds.size()), expected_rounds);
}

INSTANTIATE_TEST_SUITE_P(Ranks, PairRounds, testing::Values(0, 1, 2, 3, 4, 5, 7, 8, 33, 64));

TEST(LimitPerHost, KeepsEachHostWithinItsCapacity) {
  const std::vector<int> host_of{0, 0, 0, 0, 1, 1, 1, 1};
  const std::vector<int> capacity{2, 3};
  int pairs = 0;
  for (const PairRound& round : limit_per_host(pair_rounds(8), host_of, capacity)) {
    std::map<int, int> busy;
    for (const auto& [one, other] : round) {
      ++busy[host_of[static_cast<std::size_t>(one)]];
      ++busy[host_of[static_cast<std::size_t>(other)]];
      ++pairs;
    }
    EXPECT_FALSE(round.empty());
    EXPECT_LE(busy[0], 2);
    EXPECT_LE(busy[1], 3);
  }
  EXPECT_EQ(pairs, 28);
}

TEST(LimitPerHost, RunsAPairWhereOneProcessorIsAllThereIs) {
  const auto rounds = limit_per_host(pair_rounds(2), std::vector<int>{0, 0}, std::vector<int>{1});
  ASSERT_EQ(rounds.size(), 1u);
  EXPECT_EQ(rounds[0].size(), 1u);
}

TEST(DeviceGroups, NameEveryRankOnceWithinTheCapacity) {
  const std::vector<int> host_of{0, 0, 0, 1};
  const auto groups = device_groups(host_of, std::vector<int>{2, 2});
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0], (std::vector<int>{0, 1, 3}));
  EXPECT_EQ(groups[1], (std::vector<int>{2}));
}

TEST(DeviceGroups, OfNoCapacityStillProceedOneByOne) {
  EXPECT_EQ(device_groups(std::vector<int>{0, 0}, std::vector<int>{0}).size(), 2u);
}

}  // namespace
}  // namespace assay::topology
