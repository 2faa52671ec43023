#include "results/locate/locate.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "quiet_network.hpp"

namespace assay::results {
namespace {

using namespace generated;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Locate, NamesSoundPartnersThatConfirm) {
  const Location location =
      settled(shape(8, 2), {{FaultKind::node, 4, nobody, all, send, deficit}});
  ASSERT_THAT(location.parts, SizeIs(1));
  EXPECT_GE(location.parts.front().confirming.size(), 2U);
  for (const int node : location.parts.front().confirming) EXPECT_NE(node, 4);
  for (const LinkId& link : location.parts.front().evidence) EXPECT_EQ(link.from, 4);
}

TEST(Locate, FindsSeveralPartsWorstFirst) {
  const Location location =
      settled(shape(16, 4, 2), {{FaultKind::nic, 1, nobody, 0, send, 0.1},
                                {FaultKind::path, 6, 9, 1, send, 0.3},
                                {FaultKind::node, 13, nobody, all, both, 0.2}});
  ASSERT_THAT(location.parts, SizeIs(3));
  EXPECT_EQ(location.parts[0].part, LinkPart::path);
  EXPECT_EQ(location.parts[1].part, LinkPart::node);
  EXPECT_EQ(location.parts[2].part, LinkPart::nic);
}

TEST(Locate, FindsNothingWrongInAnOversubscribedNetwork) {
  generated::Shape half = shape(16, 4);
  half.oversubscribed = 0.5;
  const Location location = settled(half, {});
  EXPECT_THAT(location.parts, IsEmpty());
  ASSERT_THAT(location.expected, SizeIs(2));
  EXPECT_NEAR(location.expected[1] / location.expected[0], 0.5, 0.01);
}

TEST(Locate, KnowsNoExpectationWithoutLinks) {
  const Location location = settled(shape(4), {});
  EXPECT_FALSE(std::isnan(location.expected[0]));
  EXPECT_TRUE(std::isnan(location.expected[1]));
  EXPECT_EQ(location.measured, 12U);
}

TEST(Locate, MeasuresSuspectsAgainWithSoundPartnersAndPeers) {
  Network network{shape(8, 2), {{FaultKind::node, 4, nobody, all, send, deficit}}, 1};
  const Location location = locate(network.measure());
  ASSERT_THAT(location.parts, SizeIs(1));
  EXPECT_EQ(location.parts.front().state, SlowPart::State::suspected);
  int suspects = 0;
  int peers = 0;
  for (const LinkId& link : location.measure_again) ++(link.from == 4 ? suspects : peers);
  EXPECT_GE(suspects, 2);
  EXPECT_GE(peers, 4);
  EXPECT_TRUE(std::is_sorted(location.measure_again.begin(), location.measure_again.end()));
}

TEST(Locate, LetsGoWhatWasSlowInTheFirstRoundOnly) {
  Network network{shape(8, 2), {}, 1};
  LinkMeasurements measured = network.measure();
  for (int to = 0; to < 8; ++to)
    if (to != 4) measured.first.at({4, to, 0}) *= 0.8F;
  measured.first.at({1, 6, 0}) *= 0.8F;
  Location location = locate(measured);
  EXPECT_THAT(location.parts, SizeIs(2));
  int rounds = 0;
  for (; !location.measure_again.empty(); ++rounds) {
    measured.repeats.push_back(network.measure_again(location.measure_again));
    location = locate(measured);
  }
  EXPECT_THAT(location.parts, IsEmpty());
  EXPECT_LE(rounds, 2);
}

TEST(Locate, HoldsRepeatsAgainstPeersOfTheSameRound) {
  // The whole machine is a third slower when the repeats are made: a path that was disturbed at
  // first is as slow then as all others.
  Network network{shape(8), {}, 1};
  LinkMeasurements measured = network.measure();
  measured.first.at({1, 6, 0}) *= 0.8F;
  Location location = locate(measured);
  while (!location.measure_again.empty()) {
    auto repeats = network.measure_again(location.measure_again);
    for (Repeat& repeat : repeats) repeat.rate *= 0.67F;
    measured.repeats.push_back(repeats);
    location = locate(measured);
  }
  EXPECT_THAT(location.parts, IsEmpty());
}

TEST(Locate, LetsGoWhatOneRepeatShowsSound) {
  Network network{shape(8), {}, 1};
  LinkMeasurements measured = network.measure();
  const LinkId link{1, 6, 0};
  measured.first.at(link) *= 0.8F;
  Location location = locate(measured);
  for (int round = 0; round < 2; ++round) {
    auto repeats = network.measure_again({link, {0, 1, 0}, {2, 3, 0}, {4, 5, 0}, {5, 6, 0}});
    if (round == 0) repeats.front().rate *= 0.6F;
    measured.repeats.push_back(repeats);
    location = locate(measured);
    EXPECT_THAT(location.parts, SizeIs(round == 0 ? 1 : 0));
  }
}

TEST(Locate, ConvictsAPathThatIsSlowByAnotherAmountEachTime) {
  Network network{shape(8), {}, 1};
  LinkMeasurements measured = network.measure();
  const LinkId link{1, 6, 0};
  measured.first.at(link) *= 0.8F;
  Location location = locate(measured);
  for (int round = 0; !location.measure_again.empty(); ++round) {
    auto repeats = network.measure_again(location.measure_again);
    for (Repeat& repeat : repeats)
      if (repeat.link == link) repeat.rate *= round % 2 == 0 ? 0.9F : 0.6F;
    measured.repeats.push_back(repeats);
    location = locate(measured);
  }
  ASSERT_THAT(location.parts, SizeIs(1));
  EXPECT_EQ(location.parts.front().state, SlowPart::State::convicted);
}

TEST(Locate, NamesPathsWhereTooFewSoundPartnersTellEnds) {
  // Of the two partners of node 0, one receives slowly itself.
  const Location location =
      settled(shape(3), {{FaultKind::node, 0, nobody, all, send, deficit},
                         {FaultKind::node, 1, nobody, all, receive, deficit}});
  EXPECT_THAT(location.parts, SizeIs(3));
  for (const SlowPart& part : location.parts) EXPECT_EQ(part.part, LinkPart::path);
}

TEST(Locate, LeavesUndecidedWhatCannotBeConfirmedInTime) {
  LocateOptions options;
  options.confirmations = 3;
  options.repeats_at_most = 2;
  Network network{shape(8), {{FaultKind::path, 1, 6, all, send, deficit}}, 1};
  const generated::Settled found = generated::settle(network, options);
  EXPECT_EQ(found.rounds, 2);
  ASSERT_THAT(found.location.parts, SizeIs(1));
  EXPECT_EQ(found.location.parts.front().state, SlowPart::State::undecided);
}

TEST(Locate, FindsNodesWithMostLinksMissing) {
  generated::Shape sparse = shape(64, 8);
  sparse.partners = 2;
  const Location location = settled(sparse, {{FaultKind::node, 21, nobody, all, both, deficit},
                                             {FaultKind::node, 48, nobody, all, send, deficit}});
  ASSERT_THAT(location.parts, SizeIs(2));
  for (const SlowPart& part : location.parts) EXPECT_EQ(part.part, LinkPart::node);
  EXPECT_LT(location.measured, 64U * 16U);
}

TEST(Locate, BearsFewNodesAndNothingMeasured) {
  for (const int nodes : {0, 1, 2, 3}) {
    LinkMeasurements nothing;
    nothing.space.nodes = nodes;
    nothing.space.leaf_of.assign(static_cast<std::size_t>(nodes), 0);
    nothing.first = RateMatrix{nothing.space};
    const Location location = locate(nothing);
    EXPECT_THAT(location.parts, IsEmpty());
    EXPECT_THAT(location.measure_again, IsEmpty());
    EXPECT_EQ(location.measured, 0U);
  }
}

TEST(Locate, FindsALinkThatCarriesNothing) {
  Network network{shape(8), {{FaultKind::path, 2, 5, all, send, 1.0}}, 1};
  const Location location = generated::settle(network).location;
  ASSERT_THAT(location.parts, SizeIs(1));
  EXPECT_EQ(location.parts.front().state, SlowPart::State::convicted);
  EXPECT_GT(location.parts.front().deficit, 0.99);
}

}  // namespace
}  // namespace assay::results
