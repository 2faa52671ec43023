#include "results/peer_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace assay::results {

namespace {

constexpr int cell_width = 10;

struct Way {
  std::string_view algorithm;
  std::string_view title;
  bool is_latency = false;
};
constexpr std::array ways{
    Way{"one_way", "copy engine of GPU(row) to GPU(column), GB/s"},
    Way{"both_ways", "copy engines of GPU(row) to GPU(column) and back at once, sum, GB/s"},
    Way{"read", "kernel on GPU(row) reads GPU(column), GB/s"},
    Way{"write", "kernel on GPU(row) writes GPU(column), GB/s"},
    Way{"latency", "load by GPU(row) from GPU(column), ns", true}};

/// gpu2 before gpu10.
struct ByNumber {
  bool operator()(const std::string& one, const std::string& other) const {
    return std::pair{one.size(), one} < std::pair{other.size(), other};
  }
};

/// What is known of one host.
struct Host {
  std::set<std::string, ByNumber> gpus;
  std::map<std::string, std::map<std::pair<std::string, std::string>, double>> ways;
  std::string without_access;  ///< a line each
};

std::optional<double> shown(const Record& record) {
  constexpr double nanoseconds = 1e9;
  constexpr double gigabytes = 1e-9;
  if (record.algorithm_bandwidth_bytes_per_s)
    return *record.algorithm_bandwidth_bytes_per_s * gigabytes;
  if (record.median_s) return *record.median_s * nanoseconds;
  return std::nullopt;
}

std::map<std::string, Host> hosts_of(const std::vector<Record>& records) {
  std::map<std::string, Host> hosts;
  for (const Record& record : records) {
    if (record.benchmark != "peer_copy" || !record.host || !record.device || !record.peer) continue;
    Host& host = hosts[*record.host];
    host.gpus.insert({*record.device, *record.peer});
    if (const auto value = shown(record))
      host.ways[record.algorithm.value_or("")][{*record.device, *record.peer}] = *value;
    if (const auto why = record.report.facts.find("no_access"); why != record.report.facts.end())
      host.without_access +=
          fmt::format("# no access {} -> {}: {}\n", *record.device, *record.peer, why->second);
  }
  return hosts;
}

std::string matrix(const Host& host, const Way& way) {
  const auto cells = host.ways.find(std::string{way.algorithm});
  if (cells == host.ways.end()) return "";
  std::string text = fmt::format("# {}: {}\n# {:{}}", way.algorithm, way.title, "", cell_width - 2);
  for (const std::string& peer : host.gpus) text += fmt::format("{:>{}}", peer, cell_width);
  text += '\n';
  for (const std::string& device : host.gpus) {
    text += fmt::format("{:>{}}", device, cell_width);
    for (const std::string& peer : host.gpus) {
      const auto cell = cells->second.find({device, peer});
      text += cell == cells->second.end()
                  ? fmt::format("{:>{}}", "N/A", cell_width)
                  : fmt::format("{:>{}.{}f}", cell->second, cell_width, way.is_latency ? 0 : 2);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string peer_matrices(const std::vector<Record>& records) {
  std::string text;
  for (const auto& [name, host] : hosts_of(records)) {
    text += fmt::format("# GPUs of {}\n", name);
    for (const Way& way : ways) text += matrix(host, way);
    text += host.without_access;
  }
  return text;
}

}  // namespace assay::results
