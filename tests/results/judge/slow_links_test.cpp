#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

class JudgeSlowLinks : public testing::TestWithParam<int> {};

TEST_P(JudgeSlowLinks, NamesTheSlowSenderAndNobodyElse) {
  SyntheticCluster cluster;
  cluster.ranks = GetParam();
  cluster.send[2] = 0.5;
  for (const auto& verdict : often(cluster)) {
    ASSERT_EQ(verdict.verdict, Status::fail) << told(verdict);
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    const auto& suspect = verdict.suspects[0];
    EXPECT_EQ(suspect.kind, "node");
    EXPECT_EQ(suspect.name, "n2");
    EXPECT_EQ(suspect.rank, 2);
    EXPECT_EQ(suspect.direction, "send");
    EXPECT_FALSE(suspect.peer);
    EXPECT_EQ(suspect.layer, "hardware");
    EXPECT_NEAR(suspect.deficit, 0.5, 0.03);
    EXPECT_GT(suspect.confidence, 0.99);
    EXPECT_LT(suspect.confidence, 1);
    EXPECT_THAT(suspect.evidence, Contains(HasSubstr("n2->n0 ")));
    EXPECT_THAT(suspect.evidence, Contains(HasSubstr("confirmed with n0, n1")));
    EXPECT_FALSE(suspect.action.empty());
    EXPECT_EQ(status_of(verdict, "pair/bandwidth", "n2->n0"), Status::fail);
    EXPECT_EQ(status_of(verdict, "pair/bandwidth", "n0->n2"), Status::pass);
    EXPECT_EQ(count(verdict, "pair/bandwidth", Status::fail), cluster.ranks - 1) << told(verdict);
  }
}

TEST_P(JudgeSlowLinks, NamesTheSlowReceiverAndNobodyElse) {
  SyntheticCluster cluster;
  cluster.ranks = GetParam();
  cluster.receive[1] = 0.8;
  for (const auto& verdict : often(cluster)) {
    ASSERT_EQ(verdict.verdict, Status::fail) << told(verdict);
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].name, "n1");
    EXPECT_EQ(verdict.suspects[0].direction, "receive");
    EXPECT_NEAR(verdict.suspects[0].deficit, 0.2, 0.03);
  }
}

TEST_P(JudgeSlowLinks, JoinsBothDirectionsOfOneRank) {
  SyntheticCluster cluster;
  cluster.ranks = GetParam();
  cluster.send[0] = 0.6;
  cluster.receive[0] = 0.7;
  for (const auto& verdict : often(cluster)) {
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].name, "n0");
    EXPECT_EQ(verdict.suspects[0].direction, "both");
  }
}

TEST_P(JudgeSlowLinks, NamesThePathWhereBothEndsAreSoundWithOthers) {
  for (const double left : {0.8, 0.5, 0.1}) {
    SyntheticCluster cluster;
    cluster.ranks = GetParam();
    cluster.path[{0, 1}] = left;
    for (const auto& verdict : often(cluster)) {
      ASSERT_EQ(verdict.verdict, Status::fail) << left << "\n" << told(verdict);
      ASSERT_THAT(verdict.suspects, SizeIs(1)) << left << "\n" << told(verdict);
      const auto& suspect = verdict.suspects[0];
      EXPECT_EQ(suspect.kind, "path");
      EXPECT_EQ(suspect.name, "n0");
      EXPECT_EQ(suspect.peer, "n1");
      EXPECT_FALSE(suspect.direction);
      EXPECT_NEAR(suspect.deficit, 1 - left, 0.04);
      EXPECT_EQ(count(verdict, "pair/bandwidth", Status::fail), 1) << told(verdict);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ranks, JudgeSlowLinks, testing::Values(3, 4, 8, 16));

TEST(Judge, NamesASenderAndAReceiverThatAreSlowAtOnce) {
  SyntheticCluster cluster;
  cluster.ranks = 8;
  cluster.send[2] = 0.5;
  cluster.receive[5] = 0.7;
  for (const auto& verdict : often(cluster)) {
    ASSERT_THAT(verdict.suspects, SizeIs(2)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].name, "n2");
    EXPECT_EQ(verdict.suspects[0].direction, "send");
    EXPECT_EQ(verdict.suspects[1].name, "n5");
    EXPECT_EQ(verdict.suspects[1].direction, "receive");
  }
}

TEST(Judge, OfTwoRanksDoesNotGuessWhichEndIsSlow) {
  SyntheticCluster cluster;
  cluster.ranks = 2;
  cluster.send[1] = 0.5;
  for (const auto& verdict : often(cluster)) {
    ASSERT_EQ(verdict.verdict, Status::fail) << told(verdict);
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].kind, "path");
    EXPECT_EQ(verdict.suspects[0].name, "n1");
    EXPECT_EQ(verdict.suspects[0].peer, "n0");
    EXPECT_FALSE(verdict.suspects[0].direction);
    EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("cannot tell which end")));
  }
}

TEST(Judge, NamesARankWhereRanksShareAHost) {
  SyntheticCluster cluster;
  cluster.ranks_per_host = 4;
  cluster.send[2] = 0.5;
  for (const auto& verdict : often(cluster)) {
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].kind, "rank");
    EXPECT_EQ(verdict.suspects[0].name, "rank 2");
    EXPECT_EQ(verdict.suspects[0].host, "n0");
    EXPECT_EQ(status_of(verdict, "pair/bandwidth", "rank 2->rank 0"), Status::fail);
  }
}

TEST(Judge, DoesNotCompareLinksWithinAHostWithLinksBetweenHosts) {
  SyntheticCluster cluster;  // shared memory is ten times as fast in it
  cluster.ranks = 8;
  cluster.ranks_per_host = 4;
  for (const auto& verdict : often(cluster))
    EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
}

// Within a host each rank has one partner only, but the links between hosts tell which end it is.
TEST(Judge, ExplainsALinkByWhatAnotherKindOfLinkShowsOfItsEnd) {
  SyntheticCluster cluster;
  cluster.ranks_per_host = 2;
  cluster.ranks = 8;
  cluster.send[0] = 0.5;
  for (const auto& verdict : often(cluster)) {
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].name, "rank 0");
    EXPECT_EQ(verdict.suspects[0].direction, "send");
    EXPECT_EQ(status_of(verdict, "pair/bandwidth", "rank 0->rank 1"), Status::fail);
  }
}

TEST(Judge, DoesNotCallAnEndSoundThatHasNoOtherPartner) {
  SyntheticCluster cluster;
  cluster.ranks_per_host = 2;
  cluster.ranks = 8;
  cluster.path[{0, 1}] = 0.5;
  for (const auto& verdict : often(cluster)) {
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].kind, "path");
    EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("cannot tell which end")));
  }
}

TEST(Judge, SurvivesAConfirmationOfAnyNumber) {
  auto run = SyntheticRun{{}}.accepted();
  for (const int round : {2'000'000'000, -3}) {
    auto record = run.records.back();
    for (const auto& one : run.records)
      if (one.benchmark == "pair") record = one;
    record.confirmation = round;
    run.records.push_back(record);
  }
  EXPECT_EQ(judge(run, nullptr).verdict, Status::pass);
}

TEST(Judge, MakesOneNodeOfAllItsRanks) {
  SyntheticCluster cluster;
  cluster.ranks = 8;
  cluster.ranks_per_host = 2;
  cluster.matmul = {{2, 0.7}, {3, 0.7}};
  for (const auto& verdict : often(cluster)) {
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].kind, "node");
    EXPECT_EQ(verdict.suspects[0].name, "n1");
    EXPECT_EQ(verdict.suspects[0].layer, "compute");
  }
}

}  // namespace
}  // namespace assay::results
