#pragma once

#include <gmock/gmock.h>

#include "results/judge/inventory.hpp"
#include "tests/results/verdict_queries.hpp"

namespace assay::results {

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

inline void expect_named(Gpus& gpus, const std::string& check, const std::string& reason,
                         const std::string& layer = "hardware") {
  const Verdict verdict = gpus.judged();
  const Check* found = find(verdict, check, "n1 gpu1");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->status, Status::fail);
  EXPECT_THAT(found->reason, testing::HasSubstr(reason));
  ASSERT_EQ(verdict.suspects.size(), 1u) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "gpu");
  EXPECT_EQ(verdict.suspects[0].name, "n1 gpu1");
  EXPECT_EQ(verdict.suspects[0].layer, layer);
}

}  // namespace assay::results
