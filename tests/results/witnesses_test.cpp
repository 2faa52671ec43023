#include "results/witnesses.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>

#include "results/judge.hpp"
#include "tests/results/synthetic_run.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using enum Witness;

struct Row {
  const char* name;
  Witnesses seen;
  std::string layer;  ///< empty: they name none
  std::string sentence = {};
};

constexpr std::array levels{unknown, fine, slow};

class EveryRow : public testing::TestWithParam<Row> {};

TEST_P(EveryRow, ReadsAsTheTableSays) {
  const auto reading = read_witnesses(GetParam().seen, Between::ranks);
  if (GetParam().layer.empty()) {
    EXPECT_FALSE(reading) << reading->sentence;
    return;
  }
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->layer, GetParam().layer);
  EXPECT_THAT(reading->sentence, HasSubstr(GetParam().sentence));
}

Witnesses of(Witness link, Witness own, Witness vendor, Witness matmul) {
  return {.link = link, .own = own, .vendor = vendor, .matmul = matmul};
}
Witnesses with_device(Witness device_link, Witnesses others) {
  others.device_link = device_link;
  return others;
}

INSTANTIATE_TEST_SUITE_P(
    Witnesses, EveryRow,
    testing::Values(
        Row{"hardware", of(slow, slow, slow, fine), "hardware", "cables"},
        Row{"hardware_from_both_memories", with_device(slow, of(slow, slow, slow, fine)),
            "hardware", "cables"},
        Row{"configuration", of(fine, fine, slow, fine), "configuration", "topology file"},
        Row{"configuration_with_sound_device_links", with_device(fine, of(fine, fine, slow, fine)),
            "configuration", "topology file"},
        Row{"contention", of(fine, slow, slow, fine), "contention", "oversubscribed"},
        Row{"compute", of(fine, fine, fine, slow), "compute", "clocks"},
        Row{"way_to_the_device", with_device(slow, of(fine, slow, slow, fine)), "hardware", "PCIe"},
        Row{"all_fine", of(fine, fine, fine, fine), ""},
        Row{"all_slow", of(slow, slow, slow, slow), ""},
        Row{"link_slow_alone", of(slow, fine, fine, fine), ""},
        Row{"own_slow_alone", of(fine, slow, fine, fine), ""},
        Row{"two_faults", of(slow, slow, slow, slow), ""},
        Row{"device_links_slow_and_collectives_fine", with_device(slow, of(fine, fine, fine, fine)),
            ""},
        Row{"configuration_or_device_links", with_device(slow, of(fine, fine, slow, fine)), ""},
        Row{"device_links_sound_and_host_links_slow", with_device(fine, of(slow, slow, slow, fine)),
            ""}),
    [](const auto& row) { return std::string{row.param.name}; });

// A row that lacks one of its witnesses is not guessed.
TEST(MissingWitness, LeavesEveryRowUnread) {
  for (const Witness link : levels)
    for (const Witness own : levels)
      for (const Witness vendor : levels)
        for (const Witness matmul : levels) {
          const bool is_missing =
              link == unknown || own == unknown || vendor == unknown || matmul == unknown;
          if (is_missing) {
            EXPECT_FALSE(read_witnesses(of(link, own, vendor, matmul), Between::ranks));
            EXPECT_FALSE(
                read_witnesses(with_device(slow, of(link, own, vendor, matmul)), Between::ranks));
          }
        }
}

/// Four hosts with a processor for each rank, whose all-reduces reach `own` and `vendor` of what
/// their links do.
struct Job {
  double own = 0.8;
  double vendor = 0.8;
  SyntheticCluster cluster = {};
};

constexpr double link_rate = (1 << 20) / 1e-3;  // as SyntheticRun has them

Run run_of(const Job& job) {
  Run run = SyntheticRun{job.cluster}.accepted();
  for (auto& identity : run.info.ranks) identity.usable_processors = identity.host_ranks;
  const double ranks = job.cluster.ranks;
  for (Record& record : run.records)
    if (record.benchmark == "all_reduce") {
      const double share = record.implementation == "assay" ? job.own : job.vendor;
      record.size_bytes = 4 << 20;
      const double bus = share * link_rate;
      record.fast_s = 2 * (ranks - 1) / ranks * (4 << 20) / bus;
      record.median_s = record.fast_s;
      record.bus_bandwidth_bytes_per_s = bus;
    }
  return run;
}

const Check& layer_of(const Verdict& verdict) {
  for (const Check& check : verdict.checks)
    if (check.name == "witnesses/layer") return check;
  throw std::runtime_error{"no check witnesses/layer"};
}

Verdict judged(const Job& job) { return judge(run_of(job), nullptr); }

TEST(Witnesses, OfASoundJobAreAllFine) {
  const Verdict verdict = judged({});
  EXPECT_EQ(layer_of(verdict).status, Status::pass) << told(verdict);
  EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
}

TEST(Witnesses, OfASlowSenderNameHardwareAndSayItOfTheSuspect) {
  // Slower than the usual edge, so that a ring over it cannot do better.
  const Verdict verdict = judged({.own = 0.5, .vendor = 0.5, .cluster = {.send = {{2, 0.6}}}});
  EXPECT_EQ(layer_of(verdict).status, Status::fail) << told(verdict);
  EXPECT_THAT(layer_of(verdict).reason, HasSubstr("hardware: links slow, our collectives slow"));
  ASSERT_EQ(verdict.suspects.size(), 1U) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].layer, "hardware");
  EXPECT_THAT(verdict.suspects[0].evidence.back(), HasSubstr("cables"));
}

TEST(Witnesses, OfASlowLibraryNameItsConfigurationAndDoNotPass) {
  const Verdict verdict = judged({.vendor = 0.05});
  EXPECT_EQ(layer_of(verdict).status, Status::inconclusive);
  EXPECT_THAT(layer_of(verdict).reason, HasSubstr("configuration"));
  EXPECT_EQ(verdict.verdict, Status::inconclusive) << told(verdict);
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

TEST(Witnesses, OfSlowCollectivesOverSoundLinksNameContention) {
  const Verdict verdict = judged({.own = 0.05, .vendor = 0.05});
  EXPECT_THAT(layer_of(verdict).reason, HasSubstr("contention"));
  EXPECT_EQ(verdict.verdict, Status::inconclusive) << told(verdict);
}

TEST(Witnesses, OfASlowDeviceNameComputeAndSayItOfTheSuspect) {
  const Verdict verdict = judged({.cluster = {.matmul = {{1, 0.7}}}});
  EXPECT_EQ(layer_of(verdict).status, Status::fail) << told(verdict);
  EXPECT_THAT(layer_of(verdict).reason, HasSubstr("compute: links fine"));
  ASSERT_EQ(verdict.suspects.size(), 1U);
  EXPECT_THAT(verdict.suspects[0].evidence.back(), HasSubstr("clocks"));
}

TEST(Witnesses, BetweenFineAndSlowAreUnknown) {
  const Verdict verdict = judged({.own = 0.25});
  EXPECT_EQ(layer_of(verdict).status, Status::skipped);
  EXPECT_THAT(layer_of(verdict).reason, HasSubstr("no layer is read: our all-reduce"));
}

TEST(Witnesses, ThatAreMissingAreNamed) {
  auto run = run_of({});
  std::erase_if(run.records, [](const Record& record) { return record.implementation == "mpi"; });
  const Verdict verdict = judge(run, nullptr);
  EXPECT_EQ(layer_of(verdict).status, Status::skipped);
  EXPECT_THAT(layer_of(verdict).reason, HasSubstr("the library's all-reduce: not measured"));
}

TEST(Witnesses, HaveNoGroundWhereRanksShareProcessors) {
  auto run = run_of({.own = 0.01, .vendor = 0.01});
  run.info.ranks[1].host_ranks = 2;
  const auto heard = hear_witnesses(run, judge(run, nullptr).checks, Between::ranks);
  EXPECT_EQ(heard.own.witness, unknown);
  EXPECT_THAT(heard.own.evidence, HasSubstr("share processors"));
}

TEST(Witnesses, HaveNoGroundWhereALinkOfTheRingIsMissing) {
  auto run = run_of({});
  std::erase_if(run.records, [](const Record& record) {
    return record.benchmark == "pair" && record.from_rank == 3 && record.to_rank == 0;
  });
  const auto heard = hear_witnesses(run, judge(run, nullptr).checks, Between::ranks);
  EXPECT_EQ(heard.vendor.witness, unknown);
  EXPECT_THAT(heard.vendor.evidence, HasSubstr("not all links of a ring"));
}

TEST(Witnesses, HaveNoGroundInShortMessages) {
  auto run = run_of({.own = 0.01, .vendor = 0.01});
  for (Record& record : run.records)
    if (record.benchmark == "all_reduce") record.size_bytes = 4096;
  const auto heard = hear_witnesses(run, judge(run, nullptr).checks, Between::ranks);
  EXPECT_EQ(heard.own.witness, unknown);
  EXPECT_THAT(heard.own.evidence, HasSubstr("no message long enough"));
}

TEST(Witnesses, GoByAProfileFirst) {
  Profile profile;
  profile.name = "test";
  for (const char* algorithm : {"ring", "tree"})
    profile.figures["all_reduce/" + std::string{algorithm} + "/4194304"] = {
        "bytes_per_s", link_rate, 0.9 * link_rate, {}, "a sound machine"};
  const auto run = run_of({});
  const Verdict verdict = judge(run, &profile);
  const auto heard = hear_witnesses(run, verdict.checks, Between::ranks);
  EXPECT_EQ(heard.own.witness, slow);
  EXPECT_THAT(heard.own.evidence, HasSubstr("below the reference"));
  EXPECT_EQ(heard.vendor.witness, fine);
}

TEST(Witnesses, AreHeardOfAcceptanceRunsAlone) {
  auto run = run_of({});
  run.info.verb = "bench";
  for (const Check& check : judge(run, nullptr).checks) EXPECT_NE(check.name, "witnesses/layer");
}

}  // namespace
}  // namespace assay::results
