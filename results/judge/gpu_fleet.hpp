#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// What an inventory's record says under `name`, if it does.
[[nodiscard]] std::optional<double> reading_of(const Record& gpu, const std::string& name);
[[nodiscard]] std::optional<std::string> fact_of(const Record& record, const std::string& name);

/// What all GPUs of a run say of themselves, and what their hosts do.
class GpuFleet {
 public:
  explicit GpuFleet(const Run& run);

  [[nodiscard]] const std::vector<const Record*>& gpus() const { return gpus_; }
  [[nodiscard]] const std::map<std::string, const Record*>& hosts() const { return hosts_; }

  /// Why a GPU's library says nothing by `call`.
  [[nodiscard]] std::string why_silent(const Record& gpu, const std::string& call) const;
  /// What most GPUs read; the greatest of several such.
  [[nodiscard]] std::optional<double> usual(const std::string& name) const;
  /// The same of texts.
  [[nodiscard]] std::optional<std::string> usual_fact(const std::string& name) const;
  /// Whether an NVLink of any of them leads to something that is no GPU of its host.
  [[nodiscard]] bool has_switches() const { return has_switches_; }
  /// The newest PCIe generation that was read while data went between it and its host. Idle GPUs
  /// save power by an older one.
  [[nodiscard]] std::optional<double> generation_under_load(const Record& gpu) const;

 private:
  std::vector<const Record*> gpus_;
  std::map<std::string, const Record*> hosts_;
  std::map<std::string, double> generations_;  ///< by gpu_subject
  bool has_switches_ = false;
};

/// A check of a GPU that passes, so far.
[[nodiscard]] Check gpu_check(const char* name, const Record& gpu);
void skip(Check& check, const std::string& why);
/// Fails it, and makes the GPU a suspect.
void fail(Check& check, const Record& gpu, const std::string& layer, const std::string& why,
          Verdict& verdict, double deficit = 0);

}  // namespace assay::results
