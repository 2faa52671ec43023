#include "results/judge/gpu_fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "results/judge/inventory.hpp"
#include "results/judge/peer_ways.hpp"

namespace assay::results {

namespace {

constexpr const char* generation_sensor = "pcie_generation";

bool loads_pcie(const Record& record) {
  const bool is_stage = record.benchmark == "telemetry" && record.algorithm == "gpu memory";
  const bool is_copy = record.benchmark == "copy" && record.memory == "device";
  return (is_stage || is_copy) && record.host && record.device;
}

bool leads_to_switch(const Record& gpu, const std::set<std::pair<std::string, std::string>>& gpus) {
  return std::ranges::any_of(gpu.report.facts, [&](const auto& fact) {
    const auto& [name, text] = fact;
    return name.starts_with("nvlink") && text.starts_with("up") &&
           !gpus.contains({*gpu.host, far_end(text)});
  });
}

/// The greatest of what was voted for most often.
template <class Value>
std::optional<Value> most_voted(const std::map<Value, int>& votes) {
  if (votes.empty()) return std::nullopt;
  return std::ranges::max_element(votes, {},
                                  [](const auto& vote) {
                                    return std::pair{vote.second, vote.first};
                                  })
      ->first;
}

}  // namespace

std::optional<double> reading_of(const Record& gpu, const std::string& name) {
  const auto found = gpu.report.readings.find(name);
  if (found == gpu.report.readings.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> fact_of(const Record& record, const std::string& name) {
  const auto found = record.report.facts.find(name);
  if (found == record.report.facts.end()) return std::nullopt;
  return found->second;
}

GpuFleet::GpuFleet(const Run& run) {
  std::set<std::pair<std::string, std::string>> buses;
  for (const Record& record : run.records) {
    if (loads_pcie(record)) {
      const auto sensor = record.report.sensors.find(generation_sensor);
      if (sensor == record.report.sensors.end()) continue;
      double& newest = generations_[gpu_subject(record)];
      newest = std::max(newest, sensor->second.greatest);
    }
    if (record.benchmark != "inventory" || !record.host) continue;
    if (!record.device) {
      hosts_[*record.host] = &record;
      continue;
    }
    gpus_.push_back(&record);
    if (const auto bus = fact_of(record, "pci")) buses.emplace(*record.host, *bus);
  }
  has_switches_ =
      std::ranges::any_of(gpus_, [&](const Record* gpu) { return leads_to_switch(*gpu, buses); });
}

std::string GpuFleet::why_silent(const Record& gpu, const std::string& call) const {
  const auto host = hosts_.find(*gpu.host);
  const Record& library = host == hosts_.end() ? gpu : *host->second;
  const auto lacks = fact_of(library, "lacks");
  if (lacks && lacks->find(call) != std::string::npos)
    return fmt::format("this NVML (version {}) lacks {}",
                       fact_of(library, "nvml").value_or("unknown"), call);
  return fmt::format("the GPU does not say ({})", call);
}

std::optional<double> GpuFleet::usual(const std::string& name) const {
  std::map<double, int> votes;
  for (const Record* gpu : gpus_)
    if (const auto value = reading_of(*gpu, name)) ++votes[*value];
  return most_voted(votes);
}

std::optional<std::string> GpuFleet::usual_fact(const std::string& name) const {
  std::map<std::string, int> votes;
  for (const Record* gpu : gpus_)
    if (const auto text = fact_of(*gpu, name)) ++votes[*text];
  return most_voted(votes);
}

std::optional<double> GpuFleet::generation_under_load(const Record& gpu) const {
  const auto found = generations_.find(gpu_subject(gpu));
  if (found == generations_.end()) return std::nullopt;
  return found->second;
}

Check gpu_check(const char* name, const Record& gpu) {
  Check check;
  check.name = name;
  check.subject = gpu_subject(gpu);
  check.of = PartKind::gpu;
  check.status = Status::pass;
  return check;
}

void skip(Check& check, const std::string& why) {
  check.status = Status::skipped;
  check.reason = why;
}

void fail(Check& check, const Record& gpu, const std::string& layer, const std::string& why,
          Verdict& verdict, double deficit) {
  check.status = Status::fail;
  check.reason = why;
  Suspect suspect = suspect_gpu(gpu, layer, check.name + ": " + why);
  suspect.deficit = deficit;
  verdict.suspects.push_back(std::move(suspect));
}

}  // namespace assay::results
