#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "tests/results/synthetic_run.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ContainsRegex;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Check* find(const Verdict& verdict, const std::string& name, const std::string& subject) {
  for (const auto& check : verdict.checks)
    if (check.name == name && check.subject == subject) return &check;
  return nullptr;
}

Status status_of(const Verdict& verdict, const std::string& name, const std::string& subject) {
  const Check* check = find(verdict, name, subject);
  EXPECT_NE(check, nullptr) << "no check " << name << " of " << subject << "\n" << told(verdict);
  return check == nullptr ? Status::skipped : check->status;
}

int count(const Verdict& verdict, const std::string& name, Status status) {
  int found = 0;
  for (const auto& check : verdict.checks)
    if (check.name == name && check.status == status) ++found;
  return found;
}

TEST(Judge, PassesASoundClusterWhateverItsSize) {
  for (const int ranks : {2, 3, 4, 8, 16}) {
    SyntheticCluster cluster;
    cluster.ranks = ranks;
    const auto verdict = accepted(cluster);
    EXPECT_EQ(verdict.verdict, Status::pass) << ranks << " ranks\n" << told(verdict);
    EXPECT_THAT(verdict.suspects, IsEmpty()) << ranks;
    EXPECT_EQ(count(verdict, "pair/bandwidth", Status::pass), ranks * (ranks - 1));
    EXPECT_EQ(count(verdict, "matmul/openblas", Status::pass), ranks);
    EXPECT_EQ(count(verdict, "run/complete", Status::pass), 1);
  }
}

/// Verdicts of the same cluster with other noise: what holds must hold for all of them.
std::vector<Verdict> often(SyntheticCluster cluster) {
  std::vector<Verdict> verdicts;
  for (cluster.seed = 1; cluster.seed <= 20; ++cluster.seed) verdicts.push_back(accepted(cluster));
  return verdicts;
}

// --- slow links ----------------------------------------------------------------------------------

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

// --- slow devices --------------------------------------------------------------------------------

TEST(Judge, NamesTheRankWhoseMatmulIsSlowOnce) {
  for (const int ranks : {2, 3, 4, 16}) {
    SyntheticCluster cluster;
    cluster.ranks = ranks;
    cluster.ranks_per_host = ranks;
    cluster.matmul[1] = 0.7;
    for (const auto& verdict : often(cluster)) {
      ASSERT_EQ(verdict.verdict, Status::fail) << told(verdict);
      ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
      const auto& suspect = verdict.suspects[0];
      EXPECT_EQ(suspect.kind, "rank");
      EXPECT_EQ(suspect.name, "rank 1");
      EXPECT_EQ(suspect.layer, "compute");
      EXPECT_NEAR(suspect.deficit, 0.3, 0.03);
      EXPECT_THAT(suspect.evidence, Contains(HasSubstr("matmul/openblas")));
      EXPECT_THAT(suspect.evidence, Contains(HasSubstr("matmul/assay")));
      EXPECT_EQ(status_of(verdict, "matmul/assay", "rank 1 (n0)"), Status::fail);
      EXPECT_EQ(status_of(verdict, "matmul/assay", "rank 0 (n0)"), Status::pass);
    }
  }
}

TEST(Judge, ComparesDevicesWithTheSameProcessorOnly) {
  SyntheticCluster cluster;
  cluster.matmul = {{2, 0.5}, {3, 0.5}};
  SyntheticRun synthetic{cluster};
  synthetic.run().info.ranks[2].processor = "Model Y";
  synthetic.run().info.ranks[3].processor = "Model Y";
  const auto verdict = judge(synthetic.accepted(), nullptr);
  EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
}

// --- confirmation --------------------------------------------------------------------------------

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

// --- wrong data ----------------------------------------------------------------------------------

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

// --- what is missing -----------------------------------------------------------------------------

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

Run without_devices(Run run) {
  std::erase_if(run.records, [](const Record& record) { return record.rank.has_value(); });
  return run;
}

TEST(Judge, AsksNoProcessorsOfASimulation) {
  results::Run run = without_devices(SyntheticRun{SyntheticCluster{}}.accepted());
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
  results::Run run = SyntheticRun{SyntheticCluster{}}.accepted();
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

// --- profiles ------------------------------------------------------------------------------------

Profile profile_with(const std::string& key, double floor, double ceiling) {
  Profile profile;
  profile.name = "test";
  profile.figures[key] = {"flop_per_s", floor * 1.1, floor, ceiling, "made up"};
  return profile;
}
constexpr double sound_matmul = 2.0 * 512 * 512 * 512 / 0.005;

TEST(Judge, FailsBelowTheFloorOfAProfile) {
  const auto profile =
      profile_with("matmul/openblas/float32", 1.2 * sound_matmul, 9 * sound_matmul);
  SyntheticCluster cluster;
  cluster.ranks = 1;
  const auto verdict = accepted(cluster, &profile);
  EXPECT_EQ(verdict.verdict, Status::fail) << told(verdict);
  EXPECT_EQ(verdict.profile, "test");
  const Check* check = find(verdict, "matmul/openblas", "rank 0 (n0)");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::fail);
  EXPECT_THAT(check->expected->source, HasSubstr("profile test"));
  ASSERT_THAT(verdict.suspects, SizeIs(1));
  EXPECT_EQ(verdict.suspects[0].layer, "compute");
}

TEST(Judge, DoesNotBelieveWhatIsAboveTheCeilingOfAProfile) {
  const auto profile =
      profile_with("matmul/openblas/float32", 0.5 * sound_matmul, 0.8 * sound_matmul);
  const auto verdict = accepted({}, &profile);
  EXPECT_EQ(verdict.verdict, Status::inconclusive) << told(verdict);
  const Check* check = find(verdict, "matmul/openblas", "rank 0 (n0)");
  ASSERT_NE(check, nullptr);
  EXPECT_THAT(check->reason, HasSubstr("not to be trusted"));
}

TEST(Judge, NamesThePairThatIsBelowTheFloorOfAProfile) {
  Profile profile;
  profile.name = "test";
  profile.figures["pair/mpi"] = {"bytes_per_s", 3e9, 2.5e9, 4e9, "made up"};  // pairs: about 1e9
  SyntheticCluster cluster;
  cluster.ranks = 2;
  const auto verdict = accepted(cluster, &profile);
  EXPECT_EQ(verdict.verdict, Status::fail) << told(verdict);
  ASSERT_THAT(verdict.suspects, SizeIs(2)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "path");
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("profile test")));
}

TEST(Judge, OfOneRankPassesByAProfile) {
  const auto profile =
      profile_with("matmul/openblas/float32", 0.9 * sound_matmul, 2 * sound_matmul);
  SyntheticCluster cluster;
  cluster.ranks = 1;
  const auto verdict = accepted(cluster, &profile);
  EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
  EXPECT_EQ(status_of(verdict, "matmul/openblas", "rank 0 (n0)"), Status::pass);
}

TEST(Judge, ConvictsByPeersWhatAProfileWouldLetPass) {
  const auto profile =
      profile_with("matmul/openblas/float32", 0.5 * sound_matmul, 2 * sound_matmul);
  SyntheticCluster cluster;
  cluster.matmul[1] = 0.7;
  const auto verdict = accepted(cluster, &profile);
  EXPECT_EQ(verdict.verdict, Status::fail);
  EXPECT_EQ(status_of(verdict, "matmul/openblas", "rank 1 (n1)"), Status::fail);
}

// --- suspicions ----------------------------------------------------------------------------------

TEST(Suspicions, AreNoneOfASoundQuietCluster) {
  SyntheticCluster cluster;
  cluster.record_noise = 0.002;
  SyntheticRun synthetic{cluster};
  synthetic.measure_everything();
  EXPECT_THAT(suspicions(synthetic.run()), IsEmpty());
  EXPECT_THAT(suspicions(results::Run{}), IsEmpty());
}

TEST(Suspicions, AreTheSlowSendersCells) {
  SyntheticCluster cluster;
  cluster.record_noise = 0.002;
  cluster.send[2] = 0.5;
  SyntheticRun synthetic{cluster};
  synthetic.measure_everything();
  const auto found = suspicions(synthetic.run());
  EXPECT_THAT(found, SizeIs(3));
  EXPECT_THAT(found, Each(AllOf(Field(&Suspicion::kind, Suspicion::Kind::pair),
                                Field(&Suspicion::rank, 2), Field(&Suspicion::to_rank, Not(-1)),
                                Field(&Suspicion::benchmark, "pair"))));
}

TEST(Suspicions, AreBoundedAndWorstFirst) {
  SyntheticCluster cluster;
  cluster.ranks = 16;
  cluster.send[2] = 0.8;
  cluster.matmul[3] = 0.5;
  SyntheticRun synthetic{cluster};
  synthetic.measure_everything();
  const auto found = suspicions(synthetic.run());
  EXPECT_LE(found.size(), 8U);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].kind, Suspicion::Kind::device);
  EXPECT_EQ(found[0].rank, 3);
  EXPECT_EQ(found[0].benchmark, "matmul");
  EXPECT_THAT(found, Contains(Field(&Suspicion::kind, Suspicion::Kind::pair)));
}

}  // namespace
}  // namespace assay::results
