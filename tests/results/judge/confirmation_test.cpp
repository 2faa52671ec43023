#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Judge, PassesWhatWasSlowOnceAndSoundInBothRepeats) {
  SyntheticCluster cluster;
  cluster.record_noise = 0.001;
  cluster.send[2] = 0.5;
  cluster.matmul[1] = 0.7;
  cluster.only_at_first = true;
  for (const auto& verdict : often(cluster)) {
    EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
    const Check* check = find(verdict, "matmul/assay", "rank 1 (n1)");
    ASSERT_NE(check, nullptr);
    EXPECT_THAT(check->reason, ContainsRegex("(29|30|31) %"));
    EXPECT_THAT(check->reason, HasSubstr("sound"));
  }
}

TEST(Judge, LeavesOpenWhatIsSlowInSomeRepeatsOnly) {
  SyntheticCluster cluster;
  cluster.send[2] = 0.5;
  cluster.gone_in_second_repeat = true;
  for (const auto& verdict : often(cluster)) {
    EXPECT_EQ(verdict.verdict, Status::inconclusive) << told(verdict);
    EXPECT_THAT(verdict.suspects, IsEmpty());
    const Check* check = find(verdict, "pair/bandwidth", "n2->n1");
    ASSERT_NE(check, nullptr);
    EXPECT_EQ(check->status, Status::inconclusive);
    EXPECT_THAT(check->reason, HasSubstr("slow in 2 of 3 measurements"));
  }
}

TEST(Judge, LeavesOpenWhatWasNotMeasuredAgain) {
  SyntheticCluster cluster;
  cluster.matmul[1] = 0.7;
  for (const int repeats : {0, 1}) {
    const auto verdict = judge(SyntheticRun{cluster}.accepted(repeats), nullptr);
    EXPECT_EQ(verdict.verdict, Status::inconclusive) << told(verdict);
    EXPECT_THAT(verdict.suspects, IsEmpty());
    const Check* check = find(verdict, "matmul/openblas", "rank 1 (n1)");
    ASSERT_NE(check, nullptr);
    EXPECT_THAT(check->reason, HasSubstr("not measured again"));
  }
}

TEST(Judge, NamesASmallDeficitAndPasses) {
  SyntheticCluster cluster;
  cluster.sample_noise = 0.005;
  cluster.record_noise = 0.001;
  cluster.matmul[1] = 0.95;
  for (const auto& verdict : often(cluster)) {
    EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
    const Check* check = find(verdict, "matmul/assay", "rank 1 (n1)");
    ASSERT_NE(check, nullptr);
    EXPECT_THAT(check->reason, HasSubstr("below its peers"));
  }
}

TEST(Judge, SaysWhatKeptTheMachineBusyWhereItCannotDecide) {
  SyntheticCluster cluster;
  cluster.matmul[1] = 0.7;
  auto run = SyntheticRun{cluster}.accepted(0);
  run.info.busy = {"firefox (4711) 97 %"};
  const auto verdict = judge(run, nullptr);
  const Check* check = find(verdict, "matmul/openblas", "rank 1 (n1)");
  ASSERT_NE(check, nullptr);
  EXPECT_THAT(check->reason, HasSubstr("firefox (4711) 97 %"));
}

TEST(Judge, NeverPassesWhatWasDisturbedAllTheTime) {
  SyntheticCluster cluster;
  cluster.disturbed_share = 1.0;
  cluster.notes_disturbances = true;
  SyntheticRun run{cluster};
  run.measure_everything();
  const Verdict verdict = judge(run.run(), nullptr);
  EXPECT_EQ(verdict.verdict, Status::inconclusive);
  EXPECT_THAT(verdict.suspects, IsEmpty());
  const Check* pair = find(verdict, "pair/bandwidth", "n0->n1");
  ASSERT_NE(pair, nullptr);
  EXPECT_EQ(pair->status, Status::inconclusive);
  EXPECT_THAT(pair->reason, HasSubstr("too busy a machine"));
  EXPECT_EQ(status_of(verdict, "memory/copy", "rank 0 (n0)"), Status::inconclusive);
}

TEST(Judge, ExpectsRanksThatShareOneProcessorToDisturbEachOther) {
  SyntheticCluster cluster;
  cluster.ranks_per_host = cluster.ranks;
  cluster.disturbed_share = 1.0;
  cluster.notes_disturbances = true;
  SyntheticRun run{cluster};
  run.measure_everything();
  auto shared = run.run();
  for (auto& identity : shared.info.ranks) identity.usable_processors = 1;
  EXPECT_EQ(status_of(judge(shared, nullptr), "pair/bandwidth", "rank 0->rank 1"), Status::pass);
  for (auto& identity : shared.info.ranks) identity.usable_processors = 2;
  EXPECT_EQ(status_of(judge(shared, nullptr), "pair/bandwidth", "rank 0->rank 1"),
            Status::inconclusive);
}

}  // namespace
}  // namespace assay::results
