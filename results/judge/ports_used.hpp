#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/judge/link_table.hpp"
#include "results/run.hpp"

namespace assay::results {

/// What a node's links on a rail went by.
struct PortsUsed {
  std::string names;                  ///< "eth0", "eth0+eth1"; empty: not known
  std::string rate;                   ///< in the kernel's words
  std::optional<double> bytes_per_s;  ///< of all of them, one way
  std::string not_known;              ///< why there is no rate; empty: there is
};

/// By host what its ports are (records `network_port`), and what they counted while links were
/// measured (`network_counters`).
class HostPorts {
 public:
  explicit HostPorts(const Run& run);

  /// The ports of `host` by which its links on `rail` went: the device of that name, else those
  /// that counted what the links of the node carried. `rail` is empty where there is one only.
  [[nodiscard]] PortsUsed used(const std::string& host, const std::string& rail) const;

 private:
  struct Port {
    std::string device;
    std::string card;
    std::string rate;
    std::string without_rate;
    std::optional<double> bytes_per_s;
    double carried = 0;  ///< bytes, in and out
  };
  using Ports = std::vector<Port>;

  [[nodiscard]] static const Port* named(const Ports& ports, const std::string& rail);
  [[nodiscard]] static PortsUsed together(const Ports& ports);
  [[nodiscard]] Ports that_carried(const std::string& host, const Ports& ports) const;

  std::map<std::string, Ports> ports_;    ///< by host
  std::map<std::string, double> wanted_;  ///< bytes that its links carried, by host
};

}  // namespace assay::results
