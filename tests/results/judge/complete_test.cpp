#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;

/// The verdict where the records for which `lost` holds are not there.
template <class Lost>
Verdict without(Lost lost) {
  auto run = SyntheticRun{{}}.accepted();
  const auto lost_count = std::erase_if(run.records, lost);
  EXPECT_GT(lost_count, 0U);
  return judge(run, nullptr);
}

TEST(Judge, NeverPassesWhatWasNotMeasured) {
  const std::vector<std::pair<std::string, Verdict>> verdicts{
      {"openblas of rank 1", without([](const Record& record) {
         return record.implementation == "openblas" && record.rank == 1;
       })},
      {"triad", without([](const Record& record) {
         return record.algorithm == "triad" && record.rank == 3;
       })},
      {"n0->n2", without([](const Record& record) {
         return record.benchmark == "pair" && record.from_rank == 0 && record.to_rank == 2;
       })},
      {"ring", without([](const Record& record) { return record.algorithm == "ring"; })},
      {"mpi", without([](const Record& record) { return record.implementation == "mpi"; })}};
  for (const auto& [name, verdict] : verdicts) {
    EXPECT_EQ(verdict.verdict, Status::inconclusive) << name;
    ASSERT_EQ(count(verdict, "run/complete", Status::inconclusive), 1) << name;
  }
  EXPECT_THAT(verdicts[2].second.checks,
              Contains(AllOf(Field(&Check::name, "run/complete"),
                             Field(&Check::reason, HasSubstr("n0->n2")))));
}

TEST(Judge, NeverPassesASoakWithoutOne) {
  auto run = SyntheticRun{{}}.accepted();
  run.info.level = "soak";
  const auto verdict = judge(run, nullptr);
  ASSERT_EQ(count(verdict, "run/complete", Status::inconclusive), 1);
  EXPECT_THAT(verdict.checks[0].reason, HasSubstr("the soak"));
}

Run without_devices(Run run) {
  std::erase_if(run.records, [](const Record& record) { return record.rank.has_value(); });
  return run;
}

TEST(Judge, AsksNoProcessorsOfASimulation) {
  auto run = without_devices(SyntheticRun{SyntheticCluster{}}.accepted());
  EXPECT_EQ(judge(run, nullptr).verdict, Status::inconclusive);
  run.info.label = simulated_label;
  const auto verdict = judge(run, nullptr);
  EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
  EXPECT_EQ(verdict.label, simulated_label);
  const Check* devices = find(verdict, "devices", "matmul, memory");
  ASSERT_NE(devices, nullptr);
  EXPECT_EQ(devices->status, Status::skipped);
  EXPECT_THAT(devices->reason, HasSubstr("simulated"));
}

TEST(Judge, CallsNothingRealThatHasSimulatedRecords) {
  auto run = SyntheticRun{SyntheticCluster{}}.accepted();
  EXPECT_EQ(judge(run, nullptr).label, real_label);
  run.records.back().label = simulated_label;
  EXPECT_EQ(judge(run, nullptr).label, simulated_label);
}

TEST(Judge, DoesNotTakeARepeatForTheFirstMeasurement) {
  SyntheticCluster cluster;
  cluster.send[2] = 0.5;
  auto run = SyntheticRun{cluster}.accepted();
  std::erase_if(run.records, [](const Record& record) {
    return record.benchmark == "pair" && record.from_rank == 0 && record.to_rank == 1 &&
           record.confirmation == 0;
  });
  EXPECT_EQ(count(judge(run, nullptr), "run/complete", Status::inconclusive), 1);
}

TEST(Judge, NeverPassesARunThatBrokeOff) {
  auto run = SyntheticRun{{}}.accepted();
  run.cut_off = true;
  EXPECT_EQ(judge(run, nullptr).verdict, Status::inconclusive);
  run.cut_off = false;
  run.info.end.reset();
  EXPECT_EQ(judge(run, nullptr).verdict, Status::inconclusive);
}

TEST(Judge, NeverPassesAnEmptyRun) {
  EXPECT_EQ(judge(results::Run{}, nullptr).verdict, Status::inconclusive);
  results::Run run;
  run.info = SyntheticRun{{}}.run().info;
  EXPECT_EQ(judge(run, nullptr).verdict, Status::inconclusive);
}

TEST(Judge, NeverPassesUncheckedResults) {
  for (const char* benchmark : {"pair", "matmul", "all_reduce"}) {
    auto run = SyntheticRun{{}}.accepted();
    for (auto& record : run.records)
      if (record.benchmark == benchmark) record.wrong.reset();
    EXPECT_EQ(judge(run, nullptr).verdict, Status::inconclusive) << benchmark;
  }
}

TEST(Judge, OfOneRankAndNoProfileHasNothingToCompareWith) {
  SyntheticCluster cluster;
  cluster.ranks = 1;
  const auto verdict = accepted(cluster);
  EXPECT_EQ(verdict.verdict, Status::inconclusive) << told(verdict);
  EXPECT_EQ(count(verdict, "matmul/assay", Status::skipped), 1);
  EXPECT_EQ(count(verdict, "matmul/data", Status::pass), 1);
  EXPECT_THAT(verdict.checks,
              Contains(Field(&Check::reason, AllOf(HasSubstr("peer"), HasSubstr("profile")))));
}

}  // namespace
}  // namespace assay::results
