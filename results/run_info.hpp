#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/cost_figures.hpp"
#include "results/network_info.hpp"
#include "results/record.hpp"

namespace assay::results {

/// Who a rank is.
struct RankIdentity {
  int rank = 0;
  std::string host;
  std::int64_t pid = 0;  ///< of the worker
  std::int64_t supervisor_pid = 0;
  std::string processor;            ///< model name
  int usable_processors = 0;        ///< of its affinity mask
  int host_ranks = 0;               ///< ranks on the same host, itself included
  std::uint64_t memory_bytes = 0;   ///< of the host
  std::vector<std::string> gpus{};  ///< that acceptance measures by it: "gpu3"
};

/// run.json: everything about a run but its measurements.
struct RunInfo {
  std::string id;                  ///< the folder's name
  std::string start;               ///< UTC
  std::optional<std::string> end;  ///< absent while the run goes on, or if it broke off
  std::vector<std::string> command;
  std::string verb;   ///< accept, bench, ...
  std::string level;  ///< quick, standard, soak; empty for others
  std::string version;
  std::string label = real_label;  ///< real, simulated: of all its records
  std::vector<RankIdentity> ranks;
  std::map<std::string, std::string> environment;  ///< the allow-list only
  std::map<std::string, std::string> libraries;    ///< name -> version
  std::optional<std::string> topology_json;        ///< what the topology folder says, as JSON
  std::optional<NetworkInfo> network;              ///< where links between hosts were measured
  std::vector<std::string> busy;      ///< other programs that used the machine: "name (pid) 97 %"
  std::vector<CostFigures> models;    ///< what algorithms were chosen by
  std::vector<std::string> unread;    ///< of imported logs what was left out, and why
  std::vector<std::string> injected;  ///< faults injected on purpose: never a sound run
};

/// The text of run.json.
/// Throws  UsageError if `topology_json` is not JSON.
[[nodiscard]] std::string to_json(const RunInfo& info);

/// Throws  UsageError that names what is wrong.
[[nodiscard]] RunInfo parse_run_info(const std::string& text);

}  // namespace assay::results
