#include "topology/link_schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace assay::topology {
namespace {

using Pairs = std::multiset<std::pair<int, int>>;

/// All pairs of the rounds, each of which must be disjoint and either within leaves or across.
Pairs checked_pairs(const std::vector<PairRound>& rounds, const std::vector<int>& leaf_of) {
  Pairs pairs;
  for (const PairRound& round : rounds) {
    EXPECT_FALSE(round.empty());
    std::set<int> busy;
    std::set<bool> within;
    for (const auto& [one, other] : round) {
      EXPECT_TRUE(busy.insert(one).second);
      EXPECT_TRUE(busy.insert(other).second);
      within.insert(leaf_of[static_cast<std::size_t>(one)] ==
                    leaf_of[static_cast<std::size_t>(other)]);
      pairs.emplace(std::min(one, other), std::max(one, other));
    }
    EXPECT_EQ(within.size(), 1u) << "a round mixes pairs within leaves and across";
  }
  return pairs;
}

class LeafShapes : public testing::TestWithParam<std::vector<int>> {};

TEST_P(LeafShapes, HaveEveryPairOnce) {
  const auto& leaf_of = GetParam();
  const Pairs pairs = checked_pairs(all_pairs_by_leaf(leaf_of), leaf_of);
  const std::set<std::pair<int, int>> distinct(pairs.begin(), pairs.end());
  EXPECT_EQ(distinct.size(), pairs.size());
  EXPECT_EQ(pairs.size(), leaf_of.size() * (leaf_of.size() - 1) / 2);
}

TEST_P(LeafShapes, AreCoveredByEnoughPartnersAndAllMeetings) {
  const auto& leaf_of = GetParam();
  constexpr int partners = 3;
  const Pairs pairs = checked_pairs(cover_by_leaf(leaf_of, partners, 1), leaf_of);
  std::map<int, int> size_of_leaf;
  for (const int leaf : leaf_of) ++size_of_leaf[leaf];
  std::map<int, std::set<int>> within;
  std::map<int, std::set<int>> across;
  std::set<std::pair<int, int>> meetings;
  for (const auto& [one, other] : pairs) {
    const int a = leaf_of[static_cast<std::size_t>(one)];
    const int b = leaf_of[static_cast<std::size_t>(other)];
    auto& partners_of = a == b ? within : across;
    partners_of[one].insert(other);
    partners_of[other].insert(one);
    if (a != b) meetings.emplace(std::min(a, b), std::max(a, b));
  }
  const int nodes = static_cast<int>(leaf_of.size());
  const int leaves = static_cast<int>(size_of_leaf.size());
  EXPECT_EQ(static_cast<int>(meetings.size()), leaves * (leaves - 1) / 2);
  for (int node = 0; node < nodes; ++node) {
    const int own = size_of_leaf[leaf_of[static_cast<std::size_t>(node)]];
    EXPECT_GE(static_cast<int>(within[node].size()), std::min(partners, own - 1)) << node;
    EXPECT_GE(static_cast<int>(across[node].size()), std::min(partners, nodes - own)) << node;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Fabrics, LeafShapes,
    testing::Values(std::vector<int>{0, 0}, std::vector<int>{0, 1}, std::vector<int>{0, 0, 0},
                    std::vector<int>{0, 0, 1, 1, 2, 2, 3, 3}, std::vector<int>{0, 1, 2, 3, 4},
                    std::vector<int>{0, 0, 0, 0, 0, 1, 2, 2}, std::vector<int>(16, 0),
                    std::vector<int>{2, 0, 1, 1, 0, 2, 2, 0, 1, 0, 0}));

std::vector<int> even_leaves(int leaves, int size) {
  std::vector<int> leaf_of;
  for (int node = 0; node < leaves * size; ++node) leaf_of.push_back(node / size);
  return leaf_of;
}

TEST(CoverByLeaf, GrowsWithTheLeavesNotWithTheNodes) {
  EXPECT_LE(cover_by_leaf(even_leaves(16, 16), 4, 1).size(), 4u + 15u);
  EXPECT_LE(cover_by_leaf(even_leaves(16, 64), 4, 1).size(), 4u + 15u);
}

TEST(AllPairsByLeaf, LoadsEveryUplinkAlikeInEachRoundAcross) {
  const auto leaf_of = even_leaves(4, 8);
  for (const PairRound& round : all_pairs_by_leaf(leaf_of)) EXPECT_EQ(round.size(), 16u);
}

TEST(AllPairsByLeaf, SendsFromTheLowerLeafInEachMeeting) {
  const std::vector<int> leaf_of{1, 0, 1, 0, 2, 2};
  for (const PairRound& round : all_pairs_by_leaf(leaf_of))
    for (const auto& [one, other] : round)
      EXPECT_LE(leaf_of[static_cast<std::size_t>(one)], leaf_of[static_cast<std::size_t>(other)]);
}

TEST(RepeatRounds, HaveEveryPairUnderTheLoadOfWholeMeetings) {
  const std::vector<int> leaf_of{0, 0, 0, 1, 1, 2, 2, 2};
  std::vector<std::pair<int, int>> asked;
  for (int one = 0; one < 8; ++one)
    for (int other = 0; other < 8; ++other)
      if (one != other) asked.emplace_back(one, other);
  for (const auto& pair : asked) {
    const auto rounds = repeat_rounds(std::vector{pair}, leaf_of);
    ASSERT_EQ(rounds.size(), 1u);
    const Pairs pairs = checked_pairs(rounds, leaf_of);
    EXPECT_EQ(pairs.count({std::min(pair.first, pair.second), std::max(pair.first, pair.second)}),
              1u);
    const auto size = [&](int node) {
      return std::ranges::count(leaf_of, leaf_of[static_cast<std::size_t>(node)]);
    };
    const bool within = leaf_of[static_cast<std::size_t>(pair.first)] ==
                        leaf_of[static_cast<std::size_t>(pair.second)];
    EXPECT_EQ(static_cast<long>(pairs.size()),
              within ? 1 : std::min(size(pair.first), size(pair.second)));
  }
  const Pairs all = checked_pairs(repeat_rounds(asked, leaf_of), leaf_of);
  EXPECT_EQ(all.size(), 28u) << "each pair once, though asked for twice";
  EXPECT_TRUE(repeat_rounds({}, leaf_of).empty());
}

TEST(RepeatRounds, HaveDisjointPairsOfTwoLeavesInOneMeeting) {
  const auto leaf_of = even_leaves(3, 4);
  const std::vector<std::pair<int, int>> asked{{0, 4}, {1, 6}, {2, 5}, {3, 7}, {7, 3}, {9, 1}};
  const auto rounds = repeat_rounds(asked, leaf_of);
  ASSERT_EQ(rounds.size(), 2u);
  const Pairs pairs = checked_pairs(rounds, leaf_of);
  EXPECT_EQ(pairs.size(), 8u);
  for (const auto& pair : {std::pair{0, 4}, {1, 6}, {2, 5}, {3, 7}, {1, 9}})
    EXPECT_EQ(pairs.count(pair), 1u) << pair.first << ' ' << pair.second;
}

TEST(RandomMatchings, ArePerfectAndDiffer) {
  const auto rounds = random_matchings(10, 4, 7);
  ASSERT_EQ(rounds.size(), 4u);
  const Pairs pairs = checked_pairs(rounds, std::vector<int>(10, 0));
  EXPECT_EQ(pairs.size(), 20u);
  EXPECT_EQ(std::set(pairs.begin(), pairs.end()).size(), 20u);
  EXPECT_NE(rounds, random_matchings(10, 4, 8));
}

TEST(RandomMatchings, AreNoMoreThanThereAre) {
  EXPECT_EQ(random_matchings(4, 100, 1).size(), 3u);
  EXPECT_TRUE(random_matchings(1, 5, 1).empty());
  EXPECT_TRUE(random_matchings(0, 5, 1).empty());
}

TEST(RoundsOf, ArePairsOfDisjointNodes) {
  const std::vector<std::pair<int, int>> pairs{{0, 1}, {2, 0}, {0, 3}, {1, 2}, {3, 2}};
  const auto rounds = rounds_of(pairs, 4);
  const Pairs found = checked_pairs(rounds, std::vector<int>(4, 0));
  EXPECT_EQ(found, (Pairs{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {2, 3}}));
  EXPECT_LE(rounds.size(), 4u);
}

TEST(RoundsOf, NoPairsAreNone) { EXPECT_TRUE(rounds_of({}, 4).empty()); }

}  // namespace
}  // namespace assay::topology
