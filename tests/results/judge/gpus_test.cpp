// What an acceptance run is judged by where ranks have GPUs. The records are made up: no GPU is
// behind them.
#include <gmock/gmock.h>

#include "results/judge/peer_ways.hpp"
#include "results/witnesses.hpp"
#include "tests/results/synthetic_gpus.hpp"
#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

Verdict verdict_of(const SyntheticGpus& gpus, const Profile* profile = nullptr) {
  return judge(SyntheticGpuRun{gpus}.run(), profile);
}

TEST(JudgeGpus, PassWhereAllAreAlike) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const Verdict verdict = verdict_of({.seed = seed});
    EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
    EXPECT_THAT(verdict.suspects, SizeIs(0));
    EXPECT_EQ(count(verdict, "matmul/persistent", Status::pass), 8);
    EXPECT_EQ(count(verdict, "device_memory/latency", Status::pass), 8);
    EXPECT_EQ(count(verdict, "peer_copy/one_way", Status::pass), 24);
  }
}

TEST(JudgeGpus, NameASlowOneByHostAndDevice) {
  const Verdict verdict = verdict_of({.matmul = {{5, 0.8}}});
  EXPECT_EQ(verdict.verdict, Status::fail) << told(verdict);
  ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "gpu");
  EXPECT_EQ(verdict.suspects[0].name, "n1 gpu1");
  EXPECT_EQ(verdict.suspects[0].layer, "compute");
  EXPECT_NEAR(verdict.suspects[0].deficit, 0.2, 0.02);
  EXPECT_EQ(status_of(verdict, "matmul/persistent", "n1 gpu1 (rank 5)"), Status::fail);
  EXPECT_EQ(status_of(verdict, "matmul/assay", "rank 5 (n1)"), Status::pass);
}

TEST(JudgeGpus, DoNotMixTheHostsKernelsWithTheGpus) {
  // A slow GPU and a slow processor are two suspects.
  SyntheticGpuRun synthetic{{.matmul = {{5, 0.8}}}};
  for (Record& record : synthetic.run().records)
    if (record.benchmark == "matmul" && record.memory == "host" && record.rank == 2)
      for (double& sample : record.samples_s) sample *= 1.4;
  for (Record& record : synthetic.run().records)
    if (record.benchmark == "matmul" && record.memory == "host")
      record.fast_s = fast_side(record.samples_s, record.disturbed);
  const Verdict verdict = judge(synthetic.run(), nullptr);
  EXPECT_EQ(status_of(verdict, "matmul/persistent", "n0 gpu2 (rank 2)"), Status::pass);
  EXPECT_NE(status_of(verdict, "matmul/assay", "rank 2 (n0)"), Status::pass);
}

TEST(JudgeGpus, ShowALatencyAsATime) {
  const Verdict verdict = verdict_of({.latency = {{3, 0.5}}});
  const Check* check = find(verdict, "device_memory/latency", "n0 gpu3 (rank 3)");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->measured->unit, "s");
  EXPECT_NEAR(check->measured->value, 1.2e-6, 2e-8);
  EXPECT_NEAR(check->expected->value, 6e-7, 1e-8);
}

TEST(JudgeGpus, CompareThoseOfOneModel) {
  SyntheticGpuRun synthetic{{.matmul = {{4, 0.6}, {5, 0.6}, {6, 0.6}, {7, 0.6}}}};
  for (Record& record : synthetic.run().records)
    if (record.benchmark == "inventory" && record.host == "n1")
      record.report.facts["name"] = "Another one";
  const Verdict verdict = judge(synthetic.run(), nullptr);
  EXPECT_EQ(count(verdict, "matmul/persistent", Status::pass), 8) << told(verdict);
}

TEST(JudgeGpus, FailBelowAProfilesFloor) {
  Profile profile;
  profile.name = "made up";
  profile.figures["peer_copy/one_way"] = {"bytes_per_s", 1e12, 9e11, std::nullopt, "nowhere"};
  const Verdict verdict = verdict_of({}, &profile);
  EXPECT_EQ(count(verdict, "peer_copy/one_way", Status::fail), 24);
  EXPECT_EQ(verdict.suspects[0].kind, "path");
}

TEST(JudgePeerCopies, NameAGpuThatIsSlowWithAllItsPeers) {
  const Verdict verdict = verdict_of({.works = {{6, 0.7}}});
  EXPECT_EQ(verdict.verdict, Status::fail);
  ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "gpu");
  EXPECT_EQ(verdict.suspects[0].name, "n1 gpu2");
  EXPECT_EQ(verdict.suspects[0].layer, "hardware");
  EXPECT_EQ(verdict.suspects[0].direction, "both");  // it sends and fetches slowly
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("peer_copy/one_way n1 gpu2->gpu")));
  EXPECT_EQ(status_of(verdict, "peer_copy/read", "n1 gpu2->gpu0"), Status::fail);
  EXPECT_EQ(status_of(verdict, "peer_copy/read", "n1 gpu0->gpu2"), Status::pass);
}

TEST(JudgePeerCopies, NameThePathBetweenTwo) {
  const Verdict verdict = verdict_of({.between = {{{1, 3}, 0.5}}});
  EXPECT_EQ(verdict.verdict, Status::fail);
  ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "path");
  EXPECT_EQ(verdict.suspects[0].name, "n0 gpu1");
  EXPECT_EQ(verdict.suspects[0].peer, "n0 gpu3");
}

TEST(JudgePeerCopies, ConvictNobodyThatWasNotMeasuredAgain) {
  const Verdict verdict = verdict_of({.between = {{{1, 3}, 0.5}}, .repeats = 0});
  EXPECT_EQ(verdict.verdict, Status::inconclusive) << told(verdict);
  EXPECT_THAT(verdict.suspects, SizeIs(0));
}

TEST(JudgePeerCopies, CompareWaysThroughTheHostWithTheSameOnesOfOtherHosts) {
  // GPUs 0 and 1 share a PCIe switch on every host; on the second host GPU 2 to 3 is slow.
  std::map<std::pair<int, int>, double> between;
  constexpr int hosts = 4;
  for (int first = 0; first < 4 * hosts; first += 4)
    for (const auto& [from, to] :
         {std::pair{0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 0}, {2, 1}, {3, 0}, {3, 1}})
      between[{first + from, first + to}] = 0.7;
  SyntheticGpus gpus{.hosts = hosts, .joined_by_switch = false, .between = between};
  EXPECT_EQ(verdict_of(gpus).verdict, Status::pass) << told(verdict_of(gpus));
  gpus.between[{4 + 2, 4 + 3}] = 0.6;
  const Verdict verdict = verdict_of(gpus);
  EXPECT_EQ(verdict.verdict, Status::fail);
  ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].name, "n1 gpu2");
  EXPECT_EQ(verdict.suspects[0].peer, "n1 gpu3");
}

TEST(JudgePeerCopies, NameAPairWhoseDataAreWrong) {
  SyntheticGpuRun synthetic{{}};
  for (Record& record : synthetic.run().records)
    if (record.benchmark == "peer_copy" && record.algorithm == "write" && record.host == "n1" &&
        record.device == "gpu0" && record.peer == "gpu2" && record.confirmation == 0) {
      record.wrong = 3;
      record.first_wrong = WrongValue{4, 17, "0x1", "0x3"};
    }
  const Verdict verdict = judge(synthetic.run(), nullptr);
  EXPECT_EQ(status_of(verdict, "peer_copy/data", "n1 gpu0->gpu2"), Status::fail);
  ASSERT_THAT(verdict.suspects, SizeIs(1));
  EXPECT_EQ(verdict.suspects[0].layer, "data");
  EXPECT_THAT(verdict.suspects[0].evidence[0], HasSubstr("first by write at offset 17"));
}

/// The pair's records, replaced by the reason why there are none.
void take_access_away(Run& run, const std::string& device, const std::string& peer) {
  Record without;
  for (const Record& record : run.records)
    if (record.benchmark == "peer_copy" && record.host == "n0" && record.device == device &&
        record.peer == peer)
      without = record;
  std::erase_if(run.records, [&](const Record& record) {
    return record.benchmark == "peer_copy" && record.host == "n0" && record.device == device &&
           record.peer == peer;
  });
  without.samples_s.clear();
  without.fast_s.reset();
  without.algorithm.reset();
  without.confirmation = 0;
  without.report.facts["no_access"] = "an IOMMU is between them";
  run.records.push_back(without);
}

TEST(JudgePeerCopies, AreInconclusiveOfAPairWithoutAccessWhereOthersHaveIt) {
  SyntheticGpuRun synthetic{{}};
  take_access_away(synthetic.run(), "gpu0", "gpu1");
  const Verdict verdict = judge(synthetic.run(), nullptr);
  const Check* check = find(verdict, "peer_copy/access", "n0 gpu0->gpu1");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::inconclusive);
  EXPECT_EQ(check->reason, "an IOMMU is between them");
  EXPECT_EQ(status_of(verdict, "run/complete", "level quick"), Status::pass);
}

TEST(JudgePeerCopies, SkipAHostWithoutAnyAccess) {
  SyntheticGpuRun synthetic{{.per_host = 2}};
  take_access_away(synthetic.run(), "gpu0", "gpu1");
  take_access_away(synthetic.run(), "gpu1", "gpu0");
  const Verdict verdict = judge(synthetic.run(), nullptr);
  EXPECT_EQ(count(verdict, "peer_copy/access", Status::skipped), 2);
}

TEST(JudgeGpus, HoldSumsAgainstAProfile) {
  const std::string subject = "nccl default on GPUs, 1073741824 bytes";
  EXPECT_EQ(status_of(verdict_of({}), "all_reduce/bandwidth", subject), Status::skipped);
  EXPECT_EQ(status_of(verdict_of({}), "all_reduce/data", "nccl default on GPUs, 8 ranks"),
            Status::pass);
  Profile profile;
  profile.name = "made up";
  profile.figures["device_all_reduce/default/1073741824"] = {"bytes_per_s", 5e11, 4.5e11,
                                                             std::nullopt, "nowhere"};
  EXPECT_EQ(status_of(verdict_of({}, &profile), "all_reduce/bandwidth", subject), Status::fail);
}

TEST(JudgeGpus, CountBytesAsTheRecordsRateDoes) {
  // A copy of the driver reads and writes: twice the bytes that it copies.
  SyntheticGpuRun synthetic{{}};
  for (Record& record : synthetic.run().records)
    if (record.benchmark == "memory" && record.algorithm == "copy" && record.memory == "device")
      record.algorithm_bandwidth_bytes_per_s = *record.algorithm_bandwidth_bytes_per_s * 2;
  Profile profile;
  profile.name = "made up";
  profile.figures["device_memory/copy"] = {"bytes_per_s", 2.1e12, 1.95e12, 2.4e12, "nowhere"};
  const Verdict verdict = judge(synthetic.run(), &profile);
  EXPECT_EQ(count(verdict, "device_memory/copy", Status::pass), 8) << told(verdict);
}

TEST(JudgeGpus, AreNoWitnessesOfTheHosts) {
  // What GPUs sum is far above what hosts' links carry, and a slow GPU is no slow processor.
  SyntheticGpuRun synthetic{{.matmul = {{5, 0.8}}}};
  const auto without = [](results::Run run) {
    std::erase_if(run.records, [](const Record& record) { return record.memory == "device"; });
    for (auto& identity : run.info.ranks) identity.gpus.clear();
    return run;
  };
  const auto heard_of = [](const results::Run& run) {
    return hear_witnesses(run, judge(run, nullptr).checks, Between::ranks);
  };
  const Testimonies with = heard_of(synthetic.run());
  const Testimonies hosts = heard_of(without(synthetic.run()));
  EXPECT_EQ(with.own.evidence, hosts.own.evidence);
  EXPECT_EQ(with.vendor.evidence, hosts.vendor.evidence);
  EXPECT_EQ(with.matmul.evidence, hosts.matmul.evidence);
}

TEST(JudgeGpus, NameOneThatWasGivenUpMidway) {
  // As acceptance leaves it: the GPU has no record of the stage, nor of those that would follow.
  SyntheticGpuRun synthetic{{}};
  std::erase_if(synthetic.run().records, [](const Record& record) {
    return record.memory == "device" && record.benchmark != "matmul";
  });
  Record lost;
  lost.benchmark = "gpu_failure";
  lost.implementation = "cuda";
  lost.memory = "device";
  lost.host = "n1";
  lost.device = "gpu2";
  lost.algorithm = "gpu memory";
  lost.report.facts["lost"] = "CUDA: unspecified launch failure";
  synthetic.run().records.push_back(parse_record(to_json_line(lost)));
  const Verdict verdict = judge(synthetic.run(), nullptr);
  EXPECT_EQ(verdict.verdict, Status::fail) << told(verdict);
  const Check* check = find(verdict, "gpu/works", "n1 gpu2");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::fail);
  EXPECT_EQ(check->reason, "given up in gpu memory: CUDA: unspecified launch failure");
  ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "gpu");
  EXPECT_EQ(verdict.suspects[0].name, "n1 gpu2");
  for (const Check& other : verdict.checks) EXPECT_NE(other.name, "gpu_failure/data");
}

TEST(JudgeGpus, SkipWaysToSumThatTheyHaveNot) {
  const Verdict verdict = verdict_of({});
  const Check* check = find(verdict, "all_reduce/bandwidth", "assay nvls on GPUs");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::skipped);
  EXPECT_EQ(check->reason, "no switch sums here");
}

TEST(GpuSuspicions, AskForWhatLookedSlow) {
  const auto asked = [](const SyntheticGpus& gpus) {
    SyntheticGpuRun synthetic{gpus};
    return suspicions(synthetic.run());
  };
  EXPECT_THAT(asked({.repeats = 0}), SizeIs(0));
  const auto matmul = asked({.matmul = {{5, 0.8}}, .repeats = 0});
  ASSERT_THAT(matmul, SizeIs(1));
  EXPECT_EQ(matmul[0].benchmark, "matmul");
  EXPECT_EQ(matmul[0].memory, "device");
  EXPECT_EQ(matmul[0].rank, 5);
  const auto copies = asked({.between = {{{1, 3}, 0.5}}, .repeats = 0});
  ASSERT_THAT(copies, SizeIs(1));
  EXPECT_EQ(copies[0].kind, Suspicion::Kind::gpu_pair);
}

TEST(PeerWays, TellNvlinksFromTheHostsPci) {
  SyntheticGpuRun synthetic{{.per_host = 2}};
  EXPECT_EQ(PeerWays{synthetic.run()}.between("n0", "gpu0", "gpu1"), "nvswitch");
  for (Record& record : synthetic.run().records)
    if (record.benchmark == "inventory" && record.host == "n0" && record.device) {
      const bool is_first = record.device == "gpu0";
      record.report.facts["nvlink0"] =
          std::string{"up, version 4, to 00000000:0"} + (is_first ? "1" : "0") + ":00.0";
      record.report.facts["nvlink1"] = record.report.facts["nvlink0"];
    }
  EXPECT_EQ(PeerWays{synthetic.run()}.between("n0", "gpu0", "gpu1"), "nvlink x2");
  for (Record& record : synthetic.run().records) record.report.facts.erase("nvlink1");
  for (Record& record : synthetic.run().records) {
    if (record.report.facts.contains("nvlink0")) record.report.facts["nvlink0"] = "down";
  }
  EXPECT_EQ(PeerWays{synthetic.run()}.between("n0", "gpu0", "gpu1"), "gpu0->gpu1");
}

}  // namespace
}  // namespace assay::results
