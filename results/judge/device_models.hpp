#pragma once

#include <map>
#include <string>
#include <utility>

#include "results/run.hpp"

namespace assay::results {

/// What devices are called, by their hosts' inventories and the run's ranks: only those of one
/// model can be compared.
class DeviceModels {
 public:
  explicit DeviceModels(const Run& run);

  /// The GPU's name, or the processor's; empty: not known.
  [[nodiscard]] std::string of(const Record& record) const;
  [[nodiscard]] std::string of_gpu(const std::string& host, const std::string& device) const;

 private:
  std::map<std::pair<std::string, std::string>, std::string> gpus_;  ///< by host and device
  std::map<int, std::string> processors_;                            ///< by rank
};

}  // namespace assay::results
