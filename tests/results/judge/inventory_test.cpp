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
                               {"ecc_uncorrected", 0},
                               {"memory_bytes", 8.55e10},
                               {"sm_clock_hz_at_most", 1.98e9},
                               {"memory_clock_hz_at_most", 2.6e9},
                               {"power_limit_w", 700},
                               {"ecc", 1},
                               {"mig", 0}};
      }
    }
  }
  Record& host(const std::string& name) { return find(name, std::nullopt); }
  Record& gpu(const std::string& name) { return find("n1", name); }
  template <class Change>
  void change_all(Change change) {
    for (Record& record : run_.records)
      if (record.benchmark == "inventory" && record.device) change(record);
  }
  /// What each GPU's generation was while host copies were measured.
  void load(double generation, const char* stage = "gpu memory") {
    std::vector<Record> sensors;
    change_all([&](const Record& gpu) {
      Record& record = sensors.emplace_back();
      record.benchmark = "telemetry";
      record.host = gpu.host;
      record.device = gpu.device;
      record.algorithm = stage;
      record.report.sensors["pcie_generation"] = {1, generation, generation};
    });
    run_.records.insert(run_.records.end(), sensors.begin(), sensors.end());
  }
  Record& sensors(const std::string& name) {
    for (Record& record : run_.records)
      if (record.benchmark == "telemetry" && record.host == "n1" && record.device == name)
        return record;
    throw std::logic_error{"no such record"};
  }
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
  gpus.load(1, "matmul");  // of the host: the GPU had nothing to do
  const Verdict verdict = gpus.judged();
  const Check* check = find(verdict, "gpu/pcie_generation", "n1 gpu1");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::skipped);
  EXPECT_THAT(check->reason, HasSubstr("idle GPUs save power"));
}

TEST(JudgeInventory, NamesAnOldGenerationUnderLoad) {
  Gpus gpus;
  gpus.load(5);
  EXPECT_EQ(count(gpus.judged(), "gpu/pcie_generation", Status::pass), 4);
  gpus.sensors("gpu1").report.sensors["pcie_generation"] = {1, 3, 3};
  expect_named(gpus, "gpu/pcie_generation", "PCIe generation 3 while it copied");
}

TEST(JudgeInventory, TakesTheNewestGenerationOfAllLoads) {
  Gpus gpus;
  gpus.load(4);
  gpus.load(5);
  EXPECT_EQ(count(gpus.judged(), "gpu/pcie_generation", Status::pass), 4);
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

/// All links of all GPUs, of which `up` are up and lead to `remote`.
void set_links(Gpus& gpus, int links, int up, const std::string& remote) {
  gpus.change_all([&](Record& gpu) {
    std::erase_if(gpu.report.facts, [](const auto& fact) { return fact.first.starts_with("nvl"); });
    gpu.report.facts["pci"] = gpu.device == "gpu0" ? "0000:01:00.0" : "0000:02:00.0";
    for (int link = 0; link < links; ++link)
      gpu.report.facts["nvlink" + std::to_string(link)] =
          link < up ? "up, version 4.0, to " + remote : "down";
    gpu.report.readings["nvlinks"] = links;
    gpu.report.readings["nvlinks_up"] = up;
  });
}
constexpr const char* other_gpu = "0000:01:00.0";
constexpr const char* a_switch = "0000:f0:00.0";

TEST(JudgeInventory, DoesNotBlameCardsThatNoBridgeJoins) {
  Gpus gpus;
  set_links(gpus, 12, 0, other_gpu);
  const Verdict verdict = gpus.judged();
  EXPECT_EQ(count(verdict, "gpu/nvlink", Status::skipped), 4) << told(verdict);
  EXPECT_THAT(find(verdict, "gpu/nvlink", "n1 gpu1")->reason,
              HasSubstr("none of its 12 NVLinks is up"));
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

TEST(JudgeInventory, TakesAsManyLinksAsABridgeHas) {
  Gpus gpus;
  set_links(gpus, 12, 4, other_gpu);
  EXPECT_EQ(count(gpus.judged(), "gpu/nvlink", Status::pass), 4);
  gpus.gpu("gpu1").report.readings["nvlinks_up"] = 3;
  gpus.gpu("gpu1").report.facts["nvlink3"] = "down";
  expect_named(gpus, "gpu/nvlink", "3 of 4 NVLinks are up");
}

TEST(JudgeInventory, NamesACardWhoseBridgeIsOff) {
  Gpus gpus;
  set_links(gpus, 12, 4, other_gpu);
  auto& report = gpus.gpu("gpu1").report;
  report.readings["nvlinks_up"] = 0;
  expect_named(gpus, "gpu/nvlink", "0 of 4 NVLinks are up");
}

TEST(JudgeInventory, BlamesAllWhoseLinksToSwitchesAreDownAlike) {
  Gpus gpus;
  set_links(gpus, 18, 14, a_switch);
  EXPECT_EQ(count(gpus.judged(), "gpu/nvlink", Status::fail), 4);
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
