#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;

Record& digest_of(Run& run, int rank) {
  for (Record& record : run.records)
    if (record.benchmark == "digest" && record.rank == rank) return record;
  throw std::logic_error{"no such record"};
}

Run sound_run() { return SyntheticRun{SyntheticCluster{}}.accepted(); }

TEST(JudgeDigests, PassRanksThatAgree) {
  EXPECT_EQ(count(judge(sound_run(), nullptr), "matmul/digest", Status::pass), 4);
}

TEST(JudgeDigests, NameARankWithOtherBitsAndWhere) {
  results::Run run = sound_run();
  Record& record = digest_of(run, 2);
  record.counters["deviating"] = 3;
  record.wrong = 1;
  record.first_wrong = WrongValue{2, 256 * 128 + 85, "0x3fc00000 (1.5)", "0x3fc00001 (1.5)"};
  const Verdict verdict = judge(run, nullptr);
  EXPECT_EQ(verdict.verdict, Status::fail);
  EXPECT_EQ(count(verdict, "matmul/digest", Status::pass), 3);
  const Check* check = find(verdict, "matmul/digest", "rank 2 (n2)");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::fail);
  EXPECT_THAT(check->reason, HasSubstr("3 of 20 products"));
  EXPECT_THAT(check->reason, HasSubstr("row 128, column 85: expected 0x3fc00000 (1.5), found"));
  ASSERT_EQ(verdict.suspects.size(), 1u);
  EXPECT_EQ(verdict.suspects[0].name, "n2");
  EXPECT_EQ(verdict.suspects[0].layer, "data");
}

/// A product of a GPU, as another one's that is right.
Record of_gpu(int rank, const std::string& kernel, std::uint64_t deviating) {
  Record record;
  record.benchmark = "digest";
  record.implementation = "assay";
  record.algorithm = kernel;
  record.memory = "device";
  record.shape = "2048x4096x256";
  record.rank = rank;
  record.host = "n" + std::to_string(rank);
  record.device = "gpu3";
  record.counters = {{"repeats", 20}, {"deviating", deviating}};
  return record;
}

TEST(JudgeDigests, NameAGpuByItsHostAndNumber) {
  results::Run run = sound_run();
  for (const int rank : {0, 1, 2, 3}) run.records.push_back(of_gpu(rank, "register_blocked", 0));
  Record wrong = of_gpu(2, "persistent", 20);
  wrong.wrong = 7;
  wrong.first_wrong = WrongValue{2, 4096 + 5, "0x3fc00000 (1.5)", "0x3fc00001 (1.5)"};
  run.records.push_back(wrong);
  const Verdict verdict = judge(run, nullptr);
  const Check* check = find(verdict, "matmul/digest", "n2 gpu3 (rank 2), persistent");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::fail);
  EXPECT_THAT(check->reason, HasSubstr("20 of 20 products"));
  EXPECT_THAT(check->reason, HasSubstr("row 1, column 5: expected 0x3fc00000 (1.5), found"));
  EXPECT_EQ(count(verdict, "matmul/digest", Status::pass), 8);
  ASSERT_EQ(verdict.suspects.size(), 1u);
  EXPECT_EQ(verdict.suspects[0].kind, "gpu");
  EXPECT_EQ(verdict.suspects[0].name, "n2 gpu3");
  EXPECT_EQ(verdict.suspects[0].layer, "data");
}

TEST(JudgeDigests, AreInconclusiveWithoutAMajority) {
  results::Run run = sound_run();
  for (const int rank : {0, 1, 2, 3}) digest_of(run, rank).counters.erase("deviating");
  const Verdict verdict = judge(run, nullptr);
  EXPECT_EQ(count(verdict, "matmul/digest", Status::inconclusive), 4);
  EXPECT_EQ(verdict.verdict, Status::inconclusive);
}

TEST(JudgeDigests, MissADigestThatWasNotMeasured) {
  results::Run run = sound_run();
  std::erase_if(run.records, [](const Record& record) { return record.benchmark == "digest"; });
  const Verdict verdict = judge(run, nullptr);
  const Check* check = find(verdict, "run/complete", "level quick");
  ASSERT_NE(check, nullptr);
  EXPECT_THAT(check->reason, HasSubstr("digest of rank 0"));
}

}  // namespace
}  // namespace assay::results
