#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "results/run.hpp"

namespace assay::results {

/// Where an NVLink ends, of an inventory's fact: "0000:07:00.0" of "up, version 4, to
/// 0000:07:00.0"; empty where it does not say.
[[nodiscard]] std::string far_end(const std::string& link);

/// How the GPUs of a host reach each other, as their inventories have it: only pairs that are
/// joined alike can be compared.
class PeerWays {
 public:
  explicit PeerWays(const Run& run);

  /// "nvswitch" where both have NVLinks that end at the same switches (or do not say where);
  /// "nvlink x4" where so many join the two; else "gpu0->gpu1": by the host's PCI, where each pair
  /// has a way of its own, which other hosts have, too.
  [[nodiscard]] std::string between(const std::string& host, const std::string& device,
                                    const std::string& peer) const;

 private:
  struct Gpu {
    std::string bus;
    std::map<std::string, int> links;  ///< NVLinks that are up, by where they end; empty: not told
  };
  [[nodiscard]] const Gpu* find(const std::string& host, const std::string& device) const;

  std::map<std::pair<std::string, std::string>, Gpu> gpus_;  ///< by host and device
};

}  // namespace assay::results
