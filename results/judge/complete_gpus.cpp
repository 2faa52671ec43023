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
                                    Wanted{"copy", "kernel_to_device"},
                                    Wanted{"copy", "kernel_to_host"},
                                    Wanted{"copy", "kernel_both_ways"},
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

/// Those that ranks measure, by host.
using HostsGpus = std::map<std::string, std::set<std::string>>;
HostsGpus gpus_of(const RunInfo& info) {
  HostsGpus gpus;
  for (const auto& identity : info.ranks)
    gpus[identity.host].insert(identity.gpus.begin(), identity.gpus.end());
  std::erase_if(gpus, [](const auto& host) { return host.second.empty(); });
  return gpus;
}

bool has_several(const HostsGpus& gpus) {
  return gpus.size() > 1 || (gpus.size() == 1 && gpus.begin()->second.size() > 1);
}

/// Some way to sum was measured.
bool has_sum(const Run& run, std::string_view benchmark) {
  return std::ranges::any_of(run.records, [&](const Record& record) {
    return record.benchmark == benchmark && record.memory == "device" && !record.samples_s.empty();
  });
}

}  // namespace

void require_gpus(const Run& run, std::vector<std::string>& missing) {
  HostsGpus gpus = gpus_of(run.info);
  if (gpus.empty()) return;
  if (has_several(gpus) && !has_sum(run, "all_reduce")) missing.emplace_back("all-reduce on GPUs");
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

void require_soak_of_gpus(const Run& run, std::vector<std::string>& missing) {
  const HostsGpus gpus = gpus_of(run.info);
  const MeasuredGpus measured{run};
  for (const auto& [host, of_host] : gpus)
    for (const std::string& gpu : of_host)
      if (!measured.has(host, gpu, Wanted{"soak_gpu_matmul", ""}))
        missing.push_back(fmt::format("the soak of {} {}", host, gpu));
  if (has_several(gpus) && !has_sum(run, "soak_gpu_all_reduce"))
    missing.emplace_back("the soak's all-reduce on GPUs");
}

}  // namespace assay::results
