#include "results/judge/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "results/judge/gpu_fleet.hpp"
#include "results/judge/gpu_memory_health.hpp"
#include "results/judge/gpu_ways.hpp"
#include "results/judge/subjects.hpp"

namespace assay::results {

namespace {

/// What equal GPUs have alike, and the call that tells it.
struct Likeness {
  const char* name;
  const char* call;
  bool not_of_all;  ///< GPUs of which no one tells it may lack it
};
constexpr std::array alike{
    Likeness{"sm_clock_hz_at_most", "nvmlDeviceGetMaxClockInfo", false},
    Likeness{"memory_clock_hz_at_most", "nvmlDeviceGetMaxClockInfo", false},
    Likeness{"memory_bytes", "nvmlDeviceGetMemoryInfo", false},
    Likeness{"power_limit_w", "nvmlDeviceGetPowerManagementLimit", false},
    Likeness{"ecc", "nvmlDeviceGetEccMode", true},
    Likeness{"pcie_generation_at_most", "nvmlDeviceGetMaxPcieLinkGeneration", false},
    Likeness{"pcie_width_at_most", "nvmlDeviceGetMaxPcieLinkWidth", false},
    Likeness{"nvlink_version", "nvmlDeviceGetNvLinkVersion", true}};
constexpr std::array alike_facts{Likeness{"name", "nvmlDeviceGetName", false},
                                 Likeness{"driver", "nvmlSystemGetDriverVersion", false}};

/// What of it is unlike, or is not told.
struct Comparison {
  std::string differences;
  std::string untold;

  void add(const GpuFleet& fleet, const Record& gpu, const Likeness& what,
           const std::optional<std::string>& own, const std::optional<std::string>& usual) {
    if (!own && (usual || !what.not_of_all)) {
      if (untold.empty()) untold = fleet.why_silent(gpu, what.call);
    } else if (own && usual && *own != *usual) {
      differences += fmt::format("{}{} is {}, of most peers {}", differences.empty() ? "" : "; ",
                                 what.name, *own, *usual);
    }
  }
};

std::optional<std::string> text_of(const std::optional<double>& value) {
  return value ? std::optional{fmt::format("{:g}", *value)} : std::nullopt;
}

void judge_alike(const GpuFleet& fleet, const Record& gpu, Verdict& verdict) {
  Check check = gpu_check("gpu/alike", gpu);
  Comparison seen;
  for (const Likeness& what : alike)
    seen.add(fleet, gpu, what, text_of(reading_of(gpu, what.name)),
             text_of(fleet.usual(what.name)));
  for (const Likeness& what : alike_facts)
    seen.add(fleet, gpu, what, fact_of(gpu, what.name), fleet.usual_fact(what.name));
  if (fleet.gpus().size() < 2)
    skip(check, "the only GPU: there are no peers");
  else if (!seen.differences.empty())
    fail(check, gpu, "configuration", seen.differences, verdict);
  else if (!seen.untold.empty())
    skip(check, seen.untold);
  verdict.checks.push_back(std::move(check));
}

void judge_whole(const GpuFleet& fleet, const Record& gpu, Verdict& verdict) {
  Check check = gpu_check("gpu/whole", gpu);
  const auto mig = reading_of(gpu, "mig");
  if (!mig) {
    skip(check, fleet.why_silent(gpu, "nvmlDeviceGetMigMode"));
  } else if (*mig > 0) {
    check.status = Status::inconclusive;
    check.reason =
        "MIG is on: what a part of a GPU reaches says nothing of a whole one; switch it off";
  }
  verdict.checks.push_back(std::move(check));
}

void judge_presence(const Record& gpu, Verdict& verdict) {
  const auto lost = gpu.report.facts.find("lost");
  if (lost == gpu.report.facts.end()) return;
  Check check = gpu_check("gpu/present", gpu);
  fail(check, gpu, "hardware", "cannot be asked: " + lost->second, verdict, 1.0);
  verdict.checks.push_back(std::move(check));
}

void judge_count(const GpuFleet& fleet, const Profile* profile, Verdict& verdict) {
  std::map<std::string, int> count;
  for (const auto& [host, record] : fleet.hosts()) count[host] = 0;
  for (const Record* gpu : fleet.gpus()) ++count[*gpu->host];
  int most = 0;
  for (const auto& [host, gpus] : count) most = std::max(most, gpus);
  const auto of_profile = inventory_of(profile, "gpus");
  for (const auto& [host, record] : fleet.hosts()) {
    Check check;
    check.name = "gpu/count";
    check.subject = host;
    check.of = PartKind::host;
    const double wanted = of_profile.value_or(most);
    const auto why = record->report.facts.find("without_gpus");
    if (wanted == 0) {
      skip(check, why == record->report.facts.end() ? "no GPU" : why->second);
    } else {
      check.measured = Measured{static_cast<double>(count[host]), "GPUs", std::nullopt};
      check.expected = Expected{wanted, of_profile ? "profile " + profile->name : "peers"};
      check.status = count[host] < wanted ? Status::fail : Status::pass;
      if (check.status == Status::fail) {
        check.reason = fmt::format("{} GPUs, {:.0f} expected", count[host], wanted);
        if (why != record->report.facts.end()) check.reason += ": " + why->second;
        Suspect suspect =
            suspect_host(host, "gpu/count: " + check.reason,
                         fmt::format("look for the missing GPUs of {} in dmesg and lspci", host));
        suspect.deficit = 1.0 - count[host] / wanted;
        verdict.suspects.push_back(std::move(suspect));
      }
    }
    verdict.checks.push_back(std::move(check));
  }
}

}  // namespace

std::string gpu_subject(const Record& record) {
  return record.host.value_or("") + " " + record.device.value_or("");
}

Suspect suspect_gpu(const Record& record, const std::string& layer, const std::string& evidence) {
  Suspect suspect;
  suspect.kind = "gpu";
  suspect.name = gpu_subject(record);
  suspect.host = record.host;
  suspect.device = record.device;
  suspect.layer = layer;
  suspect.confidence = surest;
  suspect.evidence.push_back(evidence);
  suspect.action = layer == "configuration"
                       ? fmt::format("set up {} like its peers", suspect.name)
                       : fmt::format("take {} out of use; look at it with nvidia-smi -q and dmesg",
                                     suspect.name);
  return suspect;
}

void judge_inventory(const Run& run, const Profile* profile, Verdict& verdict) {
  const GpuFleet fleet{run};
  judge_count(fleet, profile, verdict);
  for (const Record* gpu : fleet.gpus()) {
    judge_presence(*gpu, verdict);
    if (gpu->report.facts.contains("lost")) continue;
    judge_gpu_ways(fleet, *gpu, profile, verdict);
    judge_gpu_memory(fleet, *gpu, profile, verdict);
    judge_alike(fleet, *gpu, verdict);
    judge_whole(fleet, *gpu, verdict);
  }
}

}  // namespace assay::results
