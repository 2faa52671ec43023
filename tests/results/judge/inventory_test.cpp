#include "results/judge/inventory.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// Two hosts of two GPUs that are alike.
class Gpus {
 public:
  Gpus() {
    for (const char* host : {"n0", "n1"}) {
      add(host).report.facts["nvml"] = "12";
      for (const char* device : {"gpu0", "gpu1"}) {
        Record& gpu = add(host);
        gpu.device = device;
        gpu.report.facts = {{"name", "Some GPU"}, {"driver", "575"}, {"nvlink0", "up, version 4"}};
        gpu.report.readings = {{"pcie_generation", 5},
                               {"pcie_generation_at_most", 5},
                               {"pcie_width", 16},
                               {"pcie_width_at_most", 16},
                               {"nvlinks", 18},
                               {"nvlinks_up", 18},
                               {"remapped_rows_pending", 0},
                               {"remapped_rows_failed", 0},
                               {"power_limit_w", 700},
                               {"ecc", 1},
                               {"mig", 0}};
      }
    }
  }
  Record& host(const std::string& name) { return find(name, std::nullopt); }
  Record& gpu(const std::string& name) { return find("n1", name); }
  void erase_gpu(const std::string& name) {
    std::erase_if(run_.records, [&](const Record& record) {
      return record.host == "n1" && record.device == name;
    });
  }
  [[nodiscard]] Verdict judged(const Profile* profile = nullptr) const {
    Verdict verdict;
    judge_inventory(run_, profile, verdict);
    return verdict;
  }

 private:
  Record& add(const char* host) {
    Record& record = run_.records.emplace_back();
    record.benchmark = "inventory";
    record.implementation = "nvml";
    record.host = host;
    return record;
  }
  Record& find(const std::string& host, const std::optional<std::string>& device) {
    for (Record& record : run_.records)
      if (record.host == host && record.device == device) return record;
    throw std::logic_error{"no such record"};
  }

  Run run_;
};

void expect_named(Gpus& gpus, const std::string& check, const std::string& reason,
                  const std::string& layer = "hardware") {
  const Verdict verdict = gpus.judged();
  const Check* found = find(verdict, check, "n1 gpu1");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->status, Status::fail);
  EXPECT_THAT(found->reason, HasSubstr(reason));
  ASSERT_EQ(verdict.suspects.size(), 1u) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "gpu");
  EXPECT_EQ(verdict.suspects[0].name, "n1 gpu1");
  EXPECT_EQ(verdict.suspects[0].layer, layer);
}

TEST(JudgeInventory, PassesSoundGpus) {
  const Verdict verdict = Gpus{}.judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  for (const char* name : {"gpu/pcie", "gpu/nvlink", "gpu/memory", "gpu/alike", "gpu/whole"})
    EXPECT_EQ(count(verdict, name, Status::pass), 4) << name;
  EXPECT_EQ(count(verdict, "gpu/count", Status::pass), 2);
}

TEST(JudgeInventory, NamesHalfWidthPcie) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["pcie_width"] = 8;
  expect_named(gpus, "gpu/pcie", "8 of 16 lanes");
}

TEST(JudgeInventory, DoesNotBlameAnIdleGpuForSavingPower) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["pcie_generation"] = 1;
  const Verdict verdict = gpus.judged();
  EXPECT_EQ(status_of(verdict, "gpu/pcie", "n1 gpu1"), Status::pass);
  EXPECT_THAT(find(verdict, "gpu/pcie", "n1 gpu1")->reason, HasSubstr("generation 1 of 5"));
}

TEST(JudgeInventory, NamesADeadLink) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["nvlinks_up"] = 17;
  gpus.gpu("gpu1").report.facts["nvlink0"] = "down";
  expect_named(gpus, "gpu/nvlink", "17 of 18 NVLinks are up; down: nvlink0");
}

TEST(JudgeInventory, NamesLinksThatAreMissingAltogether) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["nvlinks_up"] = gpus.gpu("gpu1").report.readings["nvlinks"] = 12;
  expect_named(gpus, "gpu/nvlink", "12 of 18");
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
