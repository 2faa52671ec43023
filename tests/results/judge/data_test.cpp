#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Judge, NamesTheSenderOfCorruptDataOnceHoweverOften) {
  for (const int ranks : {3, 4, 8}) {
    SyntheticCluster cluster;
    cluster.ranks = ranks;
    cluster.corrupt_senders = {1};
    const auto verdict = accepted(cluster);
    EXPECT_EQ(verdict.verdict, Status::fail);
    ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
    EXPECT_EQ(verdict.suspects[0].name, "n1");
    EXPECT_EQ(verdict.suspects[0].layer, "data");
    EXPECT_EQ(verdict.suspects[0].direction, "send");
    EXPECT_LT(verdict.suspects[0].confidence, 1);
    EXPECT_EQ(count(verdict, "pair/data", Status::fail), ranks - 1);
    const Check* check =
        find(verdict, "all_reduce/data", "assay ring, " + std::to_string(ranks) + " ranks");
    ASSERT_NE(check, nullptr);
    EXPECT_EQ(check->status, Status::fail);
    EXPECT_THAT(check->reason,
                AllOf(HasSubstr("rank 0"), HasSubstr("9"), HasSubstr("1.5"), HasSubstr("2.5")));
  }
}

TEST(Judge, NamesTheReceiverWhereDataOfManySendersIsCorrupt) {
  SyntheticCluster cluster;
  cluster.corrupt_receivers = {3};
  const auto verdict = accepted(cluster);
  ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].name, "n3");
  EXPECT_EQ(verdict.suspects[0].direction, "receive");
  EXPECT_EQ(verdict.suspects[0].layer, "data");
}

TEST(Judge, OfTwoRanksDoesNotGuessWhoCorrupts) {
  SyntheticCluster cluster;
  cluster.ranks = 2;
  cluster.corrupt_senders = {1};
  const auto verdict = accepted(cluster);
  EXPECT_EQ(verdict.verdict, Status::fail);
  ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "path");
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("cannot tell which end")));
}

TEST(Judge, FailsAWrongMatmulOfOneRank) {
  SyntheticCluster cluster;
  cluster.corrupt_matmul = {2};
  const auto verdict = accepted(cluster);
  EXPECT_EQ(verdict.verdict, Status::fail);
  EXPECT_EQ(count(verdict, "matmul/data", Status::fail), 1);
  ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].name, "n2");
  EXPECT_EQ(verdict.suspects[0].layer, "data");
}

TEST(Judge, FailsAWrongAllReduceThoughNobodyCanBeNamed) {
  auto run = SyntheticRun{{}}.accepted();
  for (auto& record : run.records)
    if (record.benchmark == "all_reduce" && record.algorithm == "tree") record.wrong = 1;
  const auto verdict = judge(run, nullptr);
  EXPECT_EQ(verdict.verdict, Status::fail);
  EXPECT_EQ(count(verdict, "all_reduce/data", Status::fail), 1);
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

TEST(Judge, PutsWrongDataBeforeSlowParts) {
  SyntheticCluster cluster;
  cluster.matmul[0] = 0.3;
  cluster.corrupt_senders = {1};
  const auto verdict = accepted(cluster);
  ASSERT_THAT(verdict.suspects, SizeIs(2)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].layer, "data");
  EXPECT_EQ(verdict.suspects[1].layer, "compute");
}

}  // namespace
}  // namespace assay::results
