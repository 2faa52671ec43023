#include "collectives/block_weights.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"

namespace assay::collectives {
namespace {

using testing::ThrowsMessage;

TEST(BlockWeights, AreEqualUnlessGiven) {
  const BlockWeights weights;
  EXPECT_TRUE(weights.are_equal());
  EXPECT_TRUE(weights.are_symmetric());
  EXPECT_EQ(weights.elements(Side::input, 3, 5, 17), 17U);
  EXPECT_EQ(weights.begin(Side::output, 3, 5, 17), 5 * 17U);
}

TEST(BlockWeights, AreMpisCountsInRunsOfOne) {
  const BlockWeights weights{3,
                             {4, 0, 7,  //
                              1, 2, 3,  //
                              0, 5, 0}};
  EXPECT_EQ(weights.ranks(), 3);
  EXPECT_EQ(weights.elements(Side::input, 0, 2, 1), 7U);
  EXPECT_EQ(weights.elements(Side::output, 2, 0, 1), 7U);
  const auto begins = [&](Side side, int rank) {
    std::vector<std::size_t> all;
    for (int block = 0; block <= 3; ++block) all.push_back(weights.begin(side, rank, block, 1));
    return all;
  };
  EXPECT_THAT(begins(Side::input, 1), testing::ElementsAre(0, 1, 3, 6));
  EXPECT_THAT(begins(Side::output, 1), testing::ElementsAre(0, 0, 2, 7));
}

TEST(BlockWeights, AreSharesOfTheCountRoundedDown) {
  const BlockWeights weights{1, {5}, 3};
  EXPECT_EQ(weights.elements(Side::input, 0, 0, 0), 0U);
  EXPECT_EQ(weights.elements(Side::input, 0, 0, 1), 1U);
  EXPECT_EQ(weights.elements(Side::input, 0, 0, 2), 3U);
  EXPECT_EQ(weights.elements(Side::input, 0, 0, 300), 500U);
}

TEST(BlockWeights, AreSymmetricIfEachBlockIsAsLongAsTheOneBack) {
  EXPECT_TRUE((BlockWeights{2, {1, 5, 5, 2}}.are_symmetric()));
  EXPECT_FALSE((BlockWeights{2, {1, 5, 4, 2}}.are_symmetric()));
}

TEST(BlockWeights, RefuseWhatIsNoMatrix) {
  EXPECT_THAT(
      [] {
        (void)BlockWeights(2, {1, 2, 3});
      },
      ThrowsMessage<UsageError>("2 ranks have 4 blocks, not 3 weights"));
  EXPECT_THROW((void)BlockWeights(0, {}), UsageError);
  EXPECT_THROW((void)BlockWeights(1, {1}, 0), UsageError);
}

TEST(DistanceWeights, GiveEveryRankAsMuchToSendAsToReceive) {
  for (int ranks = 1; ranks <= 33; ++ranks) {
    const BlockWeights weights = distance_weights(ranks);
    for (const std::size_t count : {0, 1, 17, 1000}) {
      const std::size_t whole = weights.begin(Side::input, 0, ranks, count);
      const std::size_t even = static_cast<std::size_t>(ranks) * count;
      EXPECT_LE(whole, even);
      EXPECT_GT(whole + static_cast<std::size_t>(ranks), even)
          << "rounded by less than one a block";
      for (int rank = 0; rank < ranks; ++rank)
        for (const Side side : {Side::input, Side::output})
          ASSERT_EQ(weights.begin(side, rank, ranks, count), whole) << ranks << " ranks";
    }
  }
}

TEST(DistanceWeights, GrowWithTheDistance) {
  const BlockWeights weights = distance_weights(5);
  for (int from = 0; from < 5; ++from)
    for (int distance = 0; distance < 5; ++distance)
      EXPECT_EQ(weights.elements(Side::input, from, (from + distance) % 5, 100),
                50U * static_cast<unsigned>(distance));
  EXPECT_EQ(distance_weights(1).elements(Side::input, 0, 0, 100), 100U);
  EXPECT_TRUE(distance_weights(2).are_symmetric());
  EXPECT_FALSE(distance_weights(3).are_symmetric());
}

}  // namespace
}  // namespace assay::collectives
