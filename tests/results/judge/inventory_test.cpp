#include "results/judge/inventory.hpp"

#include <gmock/gmock.h>

#include "tests/results/judge/inventoried_gpus.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(JudgeInventory, PassesSoundGpus) {
  const Verdict verdict = Gpus{}.judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  for (const char* name : {"gpu/pcie", "gpu/nvlink", "gpu/memory", "gpu/alike", "gpu/whole"})
    EXPECT_EQ(count(verdict, name, Status::pass), 4) << name;
  EXPECT_EQ(count(verdict, "gpu/count", Status::pass), 2);
}

TEST(JudgeInventory, NamesRowsThatWaitOrCannotBeRemapped) {
  for (const char* reading : {"remapped_rows_pending", "remapped_rows_failed", "ecc_uncorrected"}) {
    Gpus gpus;
    gpus.gpu("gpu1").report.readings[reading] = 1;
    expect_named(gpus, "gpu/memory", "memory");
  }
}

TEST(JudgeInventory, PassesRowsThatAreRemappedAndSaysSo) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["remapped_rows_uncorrected"] = 2;
  const Verdict verdict = gpus.judged();
  EXPECT_EQ(status_of(verdict, "gpu/memory", "n1 gpu1"), Status::pass);
  EXPECT_THAT(find(verdict, "gpu/memory", "n1 gpu1")->reason, HasSubstr("2 rows"));
}

TEST(JudgeInventory, NamesWhatIsUnlikeItsPeers) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["power_limit_w"] = 500;
  expect_named(gpus, "gpu/alike", "power_limit_w is 500, of most peers 700", "configuration");
  Gpus others;
  others.gpu("gpu1").report.facts["driver"] = "550";
  expect_named(others, "gpu/alike", "driver is 550, of most peers 575", "configuration");
}

TEST(JudgeInventory, IsInconclusiveWithMig) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["mig"] = 1;
  EXPECT_EQ(status_of(gpus.judged(), "gpu/whole", "n1 gpu1"), Status::inconclusive);
}

TEST(JudgeInventory, NeverPassesWhatTheLibraryLacks) {
  Gpus gpus;
  gpus.host("n1").report.facts["lacks"] = "nvmlDeviceGetRemappedRows, nvmlDeviceGetMigMode";
  auto& readings = gpus.gpu("gpu1").report.readings;
  readings.erase("remapped_rows_pending");
  readings.erase("remapped_rows_failed");
  readings.erase("mig");
  readings.erase("pcie_width");
  const Verdict verdict = gpus.judged();
  const Check* memory = find(verdict, "gpu/memory", "n1 gpu1");
  ASSERT_NE(memory, nullptr);
  EXPECT_EQ(memory->status, Status::skipped);
  EXPECT_EQ(memory->reason, "this NVML (version 12) lacks nvmlDeviceGetRemappedRows");
  EXPECT_EQ(status_of(verdict, "gpu/whole", "n1 gpu1"), Status::skipped);
  EXPECT_EQ(find(verdict, "gpu/pcie", "n1 gpu1")->reason,
            "the GPU does not say (nvmlDeviceGetCurrPcieLinkWidth)");
}

TEST(JudgeInventory, NeverPassesMemoryOfWhichSomethingIsNotTold) {
  for (const char* reading : {"remapped_rows_failed", "remapped_rows_pending", "ecc_uncorrected"}) {
    Gpus gpus;
    gpus.gpu("gpu1").report.readings.erase(reading);
    const Verdict verdict = gpus.judged();
    EXPECT_EQ(status_of(verdict, "gpu/memory", "n1 gpu1"), Status::skipped) << reading;
    EXPECT_EQ(status_of(verdict, "gpu/memory", "n1 gpu0"), Status::pass) << reading;
  }
  Gpus without_ecc;
  without_ecc.gpu("gpu1").report.readings["ecc"] = 0;
  EXPECT_THAT(find(without_ecc.judged(), "gpu/memory", "n1 gpu1")->reason, HasSubstr("ECC is off"));
}

TEST(JudgeInventory, FailsByWhatIsToldOfMemoryThoughOthersAreNot) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings.erase("ecc_uncorrected");
  gpus.gpu("gpu1").report.readings["remapped_rows_failed"] = 1;
  expect_named(gpus, "gpu/memory", "could not be remapped");
}

TEST(JudgeInventory, NeverPassesAlikeWhatIsNotTold) {
  Gpus gpus;
  gpus.host("n1").report.facts["lacks"] = "nvmlDeviceGetMaxClockInfo";
  gpus.gpu("gpu1").report.readings.erase("sm_clock_hz_at_most");
  const Verdict verdict = gpus.judged();
  const Check* check = find(verdict, "gpu/alike", "n1 gpu1");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::skipped);
  EXPECT_THAT(check->reason, HasSubstr("lacks nvmlDeviceGetMaxClockInfo"));
  Gpus none;
  none.change_all([](Record& gpu) { gpu.report.readings.erase("power_limit_w"); });
  EXPECT_EQ(count(none.judged(), "gpu/alike", Status::skipped), 4);
}

TEST(JudgeInventory, ComparesWhatNotAllModelsHaveWhereSomeHaveIt) {
  Gpus none;
  none.change_all([](Record& gpu) { gpu.report.readings.erase("ecc"); });
  EXPECT_EQ(count(none.judged(), "gpu/alike", Status::pass), 4);
  Gpus one;
  one.gpu("gpu1").report.readings.erase("ecc");
  EXPECT_EQ(status_of(one.judged(), "gpu/alike", "n1 gpu1"), Status::skipped);
}

TEST(JudgeInventory, CountsGpusAgainstOtherHosts) {
  Gpus gpus;
  gpus.erase_gpu("gpu1");
  const Verdict verdict = gpus.judged();
  EXPECT_EQ(status_of(verdict, "gpu/count", "n1"), Status::fail);
  ASSERT_EQ(verdict.suspects.size(), 1u);
  EXPECT_EQ(verdict.suspects[0].kind, "node");
}

TEST(JudgeInventory, HoldsAllAgainstTheProfile) {
  Profile profile;
  profile.name = "p";
  profile.inventory = {{"gpus", 8}, {"nvlinks", 19}};
  const Verdict verdict = Gpus{}.judged(&profile);
  EXPECT_EQ(count(verdict, "gpu/count", Status::fail), 2);
  EXPECT_EQ(count(verdict, "gpu/nvlink", Status::fail), 4);
}

TEST(JudgeInventory, HoldsEachGpuAgainstTheProfile) {
  Profile profile;
  profile.name = "p";
  profile.inventory = {{"pcie_generation", 5}, {"pcie_width", 16}, {"memory_gib", 80}, {"ecc", 1}};
  Gpus gpus;
  gpus.load(5);
  const Verdict sound = gpus.judged(&profile);
  for (const char* name : {"gpu/pcie", "gpu/pcie_generation", "gpu/memory_size", "gpu/ecc"})
    EXPECT_EQ(count(sound, name, Status::pass), 4) << name << told(sound);

  auto& readings = gpus.gpu("gpu1").report.readings;
  readings["pcie_width"] = readings["pcie_width_at_most"] = 8;  // a narrow slot
  readings["pcie_generation_at_most"] = 4;                      // and an old one
  readings["memory_bytes"] = 4.2e10;
  readings["ecc"] = 0;
  const Verdict verdict = gpus.judged(&profile);
  for (const char* name : {"gpu/pcie", "gpu/pcie_generation", "gpu/memory_size", "gpu/ecc"})
    EXPECT_EQ(status_of(verdict, name, "n1 gpu1"), Status::fail) << name;
  EXPECT_THAT(find(verdict, "gpu/pcie_generation", "n1 gpu1")->reason,
              HasSubstr("generation 4 is all that its slot allows, 5 expected"));

  readings.erase("memory_bytes");
  readings.erase("ecc");
  EXPECT_EQ(status_of(gpus.judged(&profile), "gpu/memory_size", "n1 gpu1"), Status::skipped);
  EXPECT_EQ(status_of(gpus.judged(&profile), "gpu/ecc", "n1 gpu1"), Status::skipped);
}

TEST(JudgeInventory, SkipsHostsWithoutGpusWithTheReason) {
  results::Run run;
  Record& host = run.records.emplace_back();
  host.benchmark = "inventory";
  host.host = "n0";
  host.report.facts["without_gpus"] = "no NVML: cannot open";
  Verdict verdict;
  judge_inventory(run, nullptr, verdict);
  ASSERT_EQ(verdict.checks.size(), 1u);
  EXPECT_EQ(verdict.checks[0].status, Status::skipped);
  EXPECT_EQ(verdict.checks[0].reason, "no NVML: cannot open");
}

TEST(JudgeInventory, NamesAGpuThatCannotBeAsked) {
  Gpus gpus;
  gpus.gpu("gpu1").report = {};
  gpus.gpu("gpu1").report.facts["lost"] = "GPU is lost";
  expect_named(gpus, "gpu/present", "GPU is lost");
}

}  // namespace
}  // namespace assay::results
