#include "results/judge/hops.hpp"

#include <gmock/gmock.h>

namespace assay::results {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

/// A ring over hosts n0, n1, ... in which messages on the link from `slow` are on their way for
/// most of the time; none: all alike.
Run traced_ring(int ranks, int slow = -1) {
  Run run;
  HopTrace trace;
  constexpr int repetitions = 5;
  trace.total_s.assign(repetitions, 1.0);
  for (int rank = 0; rank < ranks; ++rank) {
    RankIdentity identity;
    identity.rank = rank;
    identity.host = "n" + std::to_string(rank);
    run.info.ranks.push_back(identity);
    Hop hop;
    hop.from = rank;
    hop.to = (rank + 1) % ranks;
    hop.messages = 64;
    hop.bytes = 1 << 24;
    hop.starved_s = 0.9;
    hop.on_link_s.assign(repetitions, rank == slow ? 0.9 : 0.6);
    trace.hops.push_back(hop);
    trace.ranks.push_back({rank, std::vector<double>(repetitions, 0.02)});
  }
  Record record;
  record.benchmark = "all_reduce";
  record.implementation = "assay";
  record.algorithm = "ring";
  record.ranks = ranks;
  record.size_bytes = 1 << 24;
  record.trace = trace;
  run.records.push_back(record);
  return run;
}

Suspect slow_node(const std::string& name) {
  Suspect suspect;
  suspect.kind = "node";
  suspect.name = name;
  suspect.direction = "send";
  return suspect;
}

TEST(JudgeHops, PassWhereNothingStandsOut) {
  Verdict verdict;
  judge_hops(traced_ring(8), verdict);
  ASSERT_THAT(verdict.checks, SizeIs(1));
  EXPECT_EQ(verdict.checks[0].name, "hops/ring");
  EXPECT_EQ(verdict.checks[0].status, Status::pass);
}

TEST(JudgeHops, AreEvidenceAgainstTheSuspectThatTheyShow) {
  Verdict verdict;
  verdict.suspects = {slow_node("n5"), slow_node("n3")};
  judge_hops(traced_ring(8, 3), verdict);
  EXPECT_EQ(verdict.checks[0].status, Status::pass);
  EXPECT_THAT(verdict.suspects[0].evidence, testing::IsEmpty());
  EXPECT_THAT(verdict.suspects[1].evidence, Contains(HasSubstr("hop trace: n3->n4 costs")));
}

TEST(JudgeHops, ConvictNobodyAlone) {
  Verdict verdict;
  judge_hops(traced_ring(8, 3), verdict);
  EXPECT_EQ(verdict.checks[0].status, Status::skipped);
  EXPECT_THAT(verdict.checks[0].reason, HasSubstr("n3->n4"));
  EXPECT_THAT(verdict.suspects, testing::IsEmpty());
}

TEST(JudgeHops, ThatWereNotTracedAreSkippedWithTheReason) {
  results::Run run;
  run.info.network = NetworkInfo{"flat", "", {{"switch", {"n0", "n1"}}}, {}, "", "n1 was gone", 0};
  Verdict verdict;
  judge_hops(run, verdict);
  ASSERT_THAT(verdict.checks, testing::SizeIs(1));
  EXPECT_EQ(verdict.checks[0].status, Status::skipped);
  EXPECT_EQ(verdict.checks[0].reason, "n1 was gone");
}

TEST(JudgeHops, OfAnUplinkAreThoseOfItsLeaf) {
  auto run = traced_ring(8, 3);
  run.info.network = NetworkInfo{
      "file", "", {{"leaf0", {"n0", "n1", "n2", "n3"}}, {"leaf1", {"n4", "n5", "n6", "n7"}}},
      {},     "", "",
      0};
  Verdict verdict;
  Suspect uplink = slow_node("leaf1");
  uplink.kind = "uplink";
  verdict.suspects = {uplink};
  judge_hops(run, verdict);
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("n3->n4")));
}

}  // namespace
}  // namespace assay::results
