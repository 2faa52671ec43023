// What copies, collectives and matmul of GPUs say together. The records are made up: no GPU is
// behind them.
#include <gmock/gmock.h>

#include <string>

#include "results/witnesses.hpp"
#include "tests/results/synthetic_gpus.hpp"
#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using enum Witness;

/// One host with eight GPUs, whose sums reach what sound links allow.
SyntheticGpus sound() { return {.hosts = 1, .per_host = 8, .own_sum = 0.9, .vendor_sum = 0.95}; }

Run run_of(const SyntheticGpus& gpus) { return SyntheticGpuRun{gpus}.run(); }
Verdict verdict_of(const SyntheticGpus& gpus) { return judge(run_of(gpus), nullptr); }

const Check& layer_of(const Verdict& verdict) {
  const Check* check = find(verdict, "witnesses/gpu_layer", "copies, collectives, matmul of GPUs");
  if (check == nullptr) throw std::runtime_error{"no check witnesses/gpu_layer"};
  return *check;
}

/// A fault, the layer that it reads as, and the part that is named.
struct Case {
  const char* name;
  SyntheticGpus gpus;
  Status status;
  std::string layer;
  std::string sentence;
  std::string suspect = {};  ///< empty: none
  std::string peer = {};     ///< of a path
};

SyntheticGpus with(void (*fault)(SyntheticGpus&)) {
  SyntheticGpus gpus = sound();
  fault(gpus);
  return gpus;
}

std::vector<Case> cases() {
  return {
      {"a_gpu_slow_with_all_its_peers", with([](SyntheticGpus& gpus) {
         gpus.works = {{6, 0.7}};
         gpus.own_sum = 0.65;
         gpus.vendor_sum = 0.68;
       }),
       Status::fail, "hardware", "quick to their hosts and slow to each other", "n0 gpu6"},
      {"a_slow_way_between_two", with([](SyntheticGpus& gpus) {
         gpus.between = {{{2, 3}, 0.5}};
         gpus.own_sum = 0.48;
         gpus.vendor_sum = 0.49;
       }),
       Status::fail, "hardware", "NVLinks", "n0 gpu2", "n0 gpu3"},
      {"a_slow_gpu_where_switches_sum", with([](SyntheticGpus& gpus) {
         gpus.works = {{6, 0.7}};  // a switch spares its links almost half of a ring's bytes
         gpus.own_sum = 0.65;
         gpus.vendor_sum = 0.9;
       }),
       Status::fail, "hardware", "slow to each other", "n0 gpu6"},
      {"a_slow_slot", with([](SyntheticGpus& gpus) {
         gpus.host_copies = {{6, 0.5}};
         gpus.works = {{6, 0.7}};
         gpus.own_sum = 0.65;
         gpus.vendor_sum = 0.68;
       }),
       Status::fail, "hardware", "slots", "n0 gpu6"},
      {"a_slow_gpu", with([](SyntheticGpus& gpus) {
         gpus.matmul = {{5, 0.8}};
       }),
       Status::fail, "compute", "clocks", "n0 gpu5"},
      {"a_slow_library", with([](SyntheticGpus& gpus) { gpus.vendor_sum = 0.05; }),
       Status::inconclusive, "configuration", "switched off"},
      {"slow_sums_over_sound_links", with([](SyntheticGpus& gpus) {
         gpus.own_sum = 0.05;
         gpus.vendor_sum = 0.05;
       }),
       Status::inconclusive, "contention", "share"},
  };
}

class GpuWitnessesOf : public testing::TestWithParam<Case> {};

TEST_P(GpuWitnessesOf, NameTheLayerAndThePart) {
  const Case& wanted = GetParam();
  const Verdict verdict = verdict_of(wanted.gpus);
  EXPECT_EQ(layer_of(verdict).status, wanted.status) << told(verdict);
  EXPECT_THAT(layer_of(verdict).reason,
              AllOf(HasSubstr(wanted.layer + ": "), HasSubstr(wanted.sentence)));
  EXPECT_EQ(verdict.verdict, wanted.status) << told(verdict);
  if (wanted.suspect.empty()) {
    EXPECT_THAT(verdict.suspects, IsEmpty()) << told(verdict);
    return;
  }
  ASSERT_FALSE(verdict.suspects.empty());
  EXPECT_THAT(verdict.suspects, Each(Field(&Suspect::name, wanted.suspect))) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].device, wanted.suspect.substr(wanted.suspect.find(' ') + 1));
  EXPECT_EQ(verdict.suspects[0].peer.value_or(""), wanted.peer);
  EXPECT_THAT(verdict.suspects,
              Contains(Field(&Suspect::evidence, Contains(HasSubstr(wanted.sentence)))))
      << told(verdict);
  EXPECT_THAT(layer_of(verdict).reason, HasSubstr(wanted.suspect)) << "the part in the reason";
}

INSTANTIATE_TEST_SUITE_P(Faults, GpuWitnessesOf, testing::ValuesIn(cases()),
                         [](const auto& fault) { return std::string{fault.param.name}; });

TEST(GpuWitnesses, OfSoundGpusPass) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SyntheticGpus gpus = sound();
    gpus.seed = seed;
    const Verdict verdict = verdict_of(gpus);
    EXPECT_EQ(layer_of(verdict).status, Status::pass) << told(verdict);
  }
}

TEST(GpuWitnesses, SayNothingOfTheRanks) {
  const Verdict verdict = verdict_of(with([](SyntheticGpus& gpus) { gpus.vendor_sum = 0.05; }));
  EXPECT_NE(status_of(verdict, "witnesses/layer", "links, collectives, matmul"), Status::fail);
  for (const Check& check : verdict.checks)
    if (check.name == "witnesses/layer") {
      EXPECT_THAT(check.reason, Not(HasSubstr("GPU")));
    }
}

TEST(GpuWitnesses, ThatAreMissingAreNamed) {
  results::Run run = run_of(sound());
  std::erase_if(run.records, [](const Record& record) { return record.benchmark == "peer_copy"; });
  const Verdict verdict = judge(run, nullptr);
  EXPECT_EQ(layer_of(verdict).status, Status::skipped);
  EXPECT_THAT(layer_of(verdict).reason, HasSubstr("copies between GPUs were not measured"));
}

TEST(GpuWitnesses, AreNotReadWithoutCopiesBetweenGpus) {
  const Witnesses seen{.link = fine, .own = slow, .vendor = slow, .matmul = fine};
  EXPECT_TRUE(read_witnesses(seen, Between::ranks));
  EXPECT_FALSE(read_witnesses(seen, Between::gpus));
}

TEST(GpuWitnesses, HoldSumsAcrossHostsAgainstTheHostsLinks) {
  // Between hosts go 1.05e9 bytes/s, a five hundredth of what GPUs of one do.
  SyntheticGpus gpus{.own_sum = 0.0015, .vendor_sum = 0.0015};
  EXPECT_EQ(layer_of(verdict_of(gpus)).status, Status::pass) << told(verdict_of(gpus));
  gpus.own_sum = gpus.vendor_sum = 0.0001;
  EXPECT_THAT(layer_of(verdict_of(gpus)).reason, HasSubstr("contention"));
}

TEST(GpuWitnesses, AreNotHeardWhereNoRankHasAGpu) {
  results::Run run = run_of(sound());
  for (auto& identity : run.info.ranks) identity.gpus.clear();
  for (const Check& check : judge(run, nullptr).checks)
    EXPECT_NE(check.name, "witnesses/gpu_layer");
}

}  // namespace
}  // namespace assay::results
