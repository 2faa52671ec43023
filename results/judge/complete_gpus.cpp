#include "results/judge/complete_gpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace assay::results {

namespace {

/// Of every GPU; a matmul is by whichever kernel is the highest there.
struct Wanted {
  std::string_view benchmark;
  std::string_view algorithm;  ///< empty: any
};
constexpr std::array wanted_of_each{Wanted{"matmul", ""},
                                    Wanted{"memory", "copy"},
                                    Wanted{"memory", "read"},
                                    Wanted{"memory", "write"},
                                    Wanted{"memory", "latency"},
                                    Wanted{"copy", "host_to_device"},
                                    Wanted{"copy", "device_to_host"},
                                    Wanted{"copy", "both_ways"},
                                    Wanted{"digest", ""}};
constexpr std::array<std::string_view, 5> ways_between{"one_way", "both_ways", "read", "write",
                                                       "latency"};

std::string told(const Wanted& wanted, const std::string& gpu) {
  const std::string way = wanted.algorithm.empty() ? "" : fmt::format("/{}", wanted.algorithm);
  return fmt::format("{}{} of {}", wanted.benchmark, way, gpu);
}

class MeasuredGpus {
 public:
  explicit MeasuredGpus(const Run& run) {
    for (const Record& record : run.records) {
      if (record.memory != "device" || record.confirmation != 0 || !record.host || !record.device)
        continue;
      const std::string algorithm = record.algorithm.value_or("");
      if (record.peer && record.report.facts.contains("no_access"))
        without_access_.emplace(*record.host, *record.device, *record.peer);
      if (record.samples_s.empty()) continue;
      if (record.peer)
        between_.emplace(*record.host, *record.device, *record.peer, algorithm);
      else
        for (const std::string& name : {std::string{}, algorithm})
          of_gpus_.emplace(*record.host, *record.device, record.benchmark, name);
    }
  }
  [[nodiscard]] bool has(const std::string& host, const std::string& gpu,
                         const Wanted& wanted) const {
    return of_gpus_.contains(
        {host, gpu, std::string{wanted.benchmark}, std::string{wanted.algorithm}});
  }
  [[nodiscard]] bool has_pair(const std::string& host, const std::string& gpu,
                              const std::string& peer) const {
    return without_access_.contains({host, gpu, peer}) ||
           std::ranges::all_of(ways_between, [&](std::string_view way) {
             return between_.contains({host, gpu, peer, std::string{way}});
           });
  }

 private:
  std::set<std::tuple<std::string, std::string, std::string, std::string>> of_gpus_;
  std::set<std::tuple<std::string, std::string, std::string, std::string>> between_;
  std::set<std::tuple<std::string, std::string, std::string>> without_access_;
};

}  // namespace

void require_gpus(const Run& run, std::vector<std::string>& missing) {
  std::map<std::string, std::set<std::string>> gpus;  // by host
  for (const auto& identity : run.info.ranks)
    gpus[identity.host].insert(identity.gpus.begin(), identity.gpus.end());
  std::erase_if(gpus, [](const auto& host) { return host.second.empty(); });
  if (gpus.empty()) return;
  const MeasuredGpus measured{run};
  for (const auto& [host, of_host] : gpus)
    for (const std::string& gpu : of_host) {
      for (const Wanted& wanted : wanted_of_each)
        if (!measured.has(host, gpu, wanted)) missing.push_back(told(wanted, host + " " + gpu));
      for (const std::string& peer : of_host)
        if (peer != gpu && !measured.has_pair(host, gpu, peer))
          missing.push_back(fmt::format("copies {} {}->{}", host, gpu, peer));
    }
  for (const Record& record : run.records)
    if (record.benchmark == "inventory" && record.host && record.device &&
        !gpus[*record.host].contains(*record.device))
      missing.push_back(fmt::format("{} {}, which no rank has", *record.host, *record.device));
}

}  // namespace assay::results
