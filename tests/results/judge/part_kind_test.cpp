// Of which kind of part each check says that it is. The records are made up.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/results/synthetic_gpus.hpp"

namespace assay::results {
namespace {

TEST(PartKinds, AreSaidByEveryCheck) {
  using enum PartKind;
  const std::map<std::string, PartKind> wanted{{"run/complete", job},
                                               {"run/judged", job},
                                               {"witnesses/layer", job},
                                               {"witnesses/gpu_layer", job},
                                               {"pair/bandwidth", link},
                                               {"pair/data", link},
                                               {"memory/copy", host},
                                               {"memory/triad", host},
                                               {"matmul/openblas", host},
                                               {"matmul/assay", host},
                                               {"matmul/persistent", gpu},
                                               {"device_memory/read", gpu},
                                               {"copy/host_to_device", gpu},
                                               {"gpu/pcie", gpu},
                                               {"gpu/count", host},
                                               {"peer_copy/one_way", gpu_link},
                                               {"peer_copy/latency", gpu_link},
                                               {"peer_copy/data", gpu_link}};
  const Verdict verdict = judge(SyntheticGpuRun{{.own_sum = 0.9}}.run(), nullptr);
  std::map<std::string, int> seen;
  for (const Check& check : verdict.checks) {
    ++seen[check.name];
    if (const auto kind = wanted.find(check.name); kind != wanted.end())
      EXPECT_EQ(static_cast<int>(check.of), static_cast<int>(kind->second)) << check.name;
    else if (check.of == job)
      ADD_FAILURE() << check.name << " of " << check.subject << " does not say what it is of";
  }
  EXPECT_GT(seen["peer_copy/one_way"], 0);
  EXPECT_GT(seen["matmul/persistent"], 0);
}

TEST(PartKinds, DoNotGoByHowAHostIsCalled) {
  // A host's own checks stay the host's where its name looks like a GPU's.
  results::Run run = SyntheticRun{{}}.accepted();
  for (auto& identity : run.info.ranks) identity.host += " gpu0 on GPUs";
  for (const Check& check : judge(run, nullptr).checks)
    EXPECT_TRUE(check.of != PartKind::gpu && check.of != PartKind::gpu_collective) << check.name;
}

TEST(PartKinds, TellCollectivesOfRanksFromThoseOfGpus) {
  const Verdict verdict = judge(SyntheticGpuRun{{}}.run(), nullptr);
  for (const Check& check : verdict.checks) {
    if (check.name != "all_reduce/bandwidth") continue;
    const bool is_of_gpus = check.subject.find("on GPUs") != std::string::npos;
    EXPECT_EQ(check.of == PartKind::gpu_collective, is_of_gpus) << check.subject;
    EXPECT_EQ(check.of == PartKind::collective, !is_of_gpus) << check.subject;
  }
}

TEST(PartKinds, SurviveBeingWritten) {
  Verdict verdict;
  for (int kind = 0; kind <= static_cast<int>(PartKind::gpu_collective); ++kind) {
    Check check;
    check.name = "some/check";
    check.of = static_cast<PartKind>(kind);
    verdict.checks.push_back(check);
  }
  Suspect suspect;
  suspect.kind = "gpu";
  suspect.layer = "hardware";
  suspect.device = "gpu3";
  verdict.suspects.push_back(suspect);
  const Verdict again = parse_verdict(to_json(verdict));
  ASSERT_EQ(again.checks.size(), verdict.checks.size());
  for (std::size_t i = 0; i < again.checks.size(); ++i)
    EXPECT_EQ(again.checks[i].of, verdict.checks[i].of);
  EXPECT_EQ(again.suspects[0].device, "gpu3");
}

}  // namespace
}  // namespace assay::results
