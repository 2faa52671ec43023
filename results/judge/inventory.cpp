#include "results/judge/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>

#include "results/judge/subjects.hpp"

namespace assay::results {

namespace {

std::optional<double> reading(const Record& gpu, const std::string& name) {
  const auto found = gpu.report.readings.find(name);
  if (found == gpu.report.readings.end()) return std::nullopt;
  return found->second;
}

/// What all GPUs of a run say, and what their hosts do.
struct Fleet {
  std::vector<const Record*> gpus;
  std::map<std::string, const Record*> hosts;

  explicit Fleet(const Run& run) {
    for (const Record& record : run.records) {
      if (record.benchmark != "inventory" || !record.host) continue;
      if (record.device)
        gpus.push_back(&record);
      else
        hosts[*record.host] = &record;
    }
  }
  /// Why a GPU's library says nothing by `call`.
  [[nodiscard]] std::string why_silent(const Record& gpu, const std::string& call) const {
    const auto host = hosts.find(*gpu.host);
    const auto& facts = host == hosts.end() ? gpu.report.facts : host->second->report.facts;
    if (const auto lacks = facts.find("lacks");
        lacks != facts.end() && lacks->second.find(call) != std::string::npos) {
      const auto version = facts.find("nvml");
      return fmt::format("this NVML (version {}) lacks {}",
                         version == facts.end() ? "unknown" : version->second, call);
    }
    return fmt::format("the GPU does not say ({})", call);
  }
  /// What most GPUs read; the greatest of several such.
  [[nodiscard]] std::optional<double> usual(const std::string& name) const {
    std::map<double, int> votes;
    for (const Record* gpu : gpus)
      if (const auto value = reading(*gpu, name)) ++votes[*value];
    if (votes.empty()) return std::nullopt;
    return std::ranges::max_element(votes, {},
                                    [](const auto& vote) {
                                      return std::pair{vote.second, vote.first};
                                    })
        ->first;
  }
};

Check new_check(const char* name, const Record& gpu) {
  Check check;
  check.name = name;
  check.subject = gpu_subject(gpu);
  check.status = Status::pass;
  return check;
}

void skip(Check& check, const std::string& why) {
  check.status = Status::skipped;
  check.reason = why;
}

void fail(Check& check, const Record& gpu, const std::string& layer, const std::string& why,
          Verdict& verdict, double deficit = 0) {
  check.status = Status::fail;
  check.reason = why;
  Suspect suspect = suspect_gpu(gpu, layer, check.name + ": " + why);
  suspect.deficit = deficit;
  verdict.suspects.push_back(std::move(suspect));
}

void judge_pcie(const Fleet& fleet, const Record& gpu, Verdict& verdict) {
  Check check = new_check("gpu/pcie", gpu);
  const auto width = reading(gpu, "pcie_width");
  const auto full = reading(gpu, "pcie_width_at_most");
  if (!width || !full) {
    skip(check, fleet.why_silent(gpu, width ? "nvmlDeviceGetMaxPcieLinkWidth"
                                            : "nvmlDeviceGetCurrPcieLinkWidth"));
  } else {
    check.measured = Measured{*width, "lanes", std::nullopt};
    check.expected = Expected{*full, "the GPU's own maximum"};
    if (*width < *full)
      fail(check, gpu, "hardware", fmt::format("PCIe runs {:.0f} of {:.0f} lanes", *width, *full),
           verdict, 1.0 - *width / *full);
    const auto generation = reading(gpu, "pcie_generation");
    const auto newest = reading(gpu, "pcie_generation_at_most");
    if (check.status == Status::pass && generation && newest && *generation < *newest)
      check.reason =
          fmt::format("generation {:.0f} of {:.0f} when it was asked: idle GPUs save power",
                      *generation, *newest);
  }
  verdict.checks.push_back(std::move(check));
}

/// "nvlink3, nvlink7".
std::string links_down(const Record& gpu) {
  std::string names;
  for (const auto& [name, text] : gpu.report.facts)
    if (name.starts_with("nvlink") && text.starts_with("down"))
      names += (names.empty() ? "" : ", ") + name;
  return names;
}

void judge_nvlink(const Fleet& fleet, const Record& gpu, const Profile* profile, Verdict& verdict) {
  Check check = new_check("gpu/nvlink", gpu);
  const auto links = reading(gpu, "nvlinks");
  const auto up = reading(gpu, "nvlinks_up");
  const auto usual = fleet.usual("nvlinks");
  const auto of_profile = inventory_of(profile, "nvlinks");
  if (!links || !up) {
    skip(check, fleet.why_silent(gpu, "nvmlDeviceGetNvLinkState"));
  } else if (*links == 0 && usual.value_or(0) == 0 && !of_profile) {
    skip(check, "the GPU has no NVLinks, nor have its peers");
  } else {
    const double wanted = of_profile.value_or(std::max(*links, usual.value_or(*links)));
    check.measured = Measured{*up, "links", std::nullopt};
    check.expected = Expected{wanted, of_profile ? "profile " + profile->name : "peers"};
    if (*up < wanted) {
      const std::string down = links_down(gpu);
      fail(check, gpu, "hardware",
           fmt::format("{:.0f} of {:.0f} NVLinks are up{}", *up, wanted,
                       down.empty() ? "" : "; down: " + down),
           verdict, 1.0 - *up / wanted);
    }
  }
  verdict.checks.push_back(std::move(check));
}

struct Ailment {
  const char* reading;
  const char* text;
};
/// In the order of how bad they are. Rows that were remapped and are in use are no fault.
constexpr std::array ailments{
    Ailment{"remapped_rows_failed", "a row of memory could not be remapped: replace the GPU"},
    Ailment{"remapped_rows_pending", "rows of memory wait to be remapped: reset the GPU"},
    Ailment{"retired_pages_pending", "pages of memory wait to be retired: restart the host"},
    Ailment{"ecc_uncorrected", "uncorrected memory errors since the driver was loaded"}};

void judge_memory_health(const Fleet& fleet, const Record& gpu, Verdict& verdict) {
  Check check = new_check("gpu/memory", gpu);
  const bool knows_rows = reading(gpu, "remapped_rows_failed").has_value();
  const bool knows_pages = reading(gpu, "retired_pages").has_value();
  if (!knows_rows && !knows_pages) skip(check, fleet.why_silent(gpu, "nvmlDeviceGetRemappedRows"));
  for (const Ailment& ailment : ailments)
    if (check.status != Status::fail && reading(gpu, ailment.reading).value_or(0) > 0)
      fail(check, gpu, "hardware", ailment.text, verdict);
  const double remapped = reading(gpu, "remapped_rows_uncorrected").value_or(0);
  if (check.status == Status::pass && remapped > 0)
    check.reason = fmt::format("{:.0f} rows were remapped after uncorrected errors", remapped);
  verdict.checks.push_back(std::move(check));
}

/// What equal GPUs have alike.
constexpr std::array alike{
    "sm_clock_hz_at_most",     "memory_clock_hz_at_most", "power_limit_w", "ecc",
    "pcie_generation_at_most", "pcie_width_at_most",      "nvlink_version"};
constexpr std::array alike_facts{"name", "driver"};

void judge_alike(const Fleet& fleet, const Record& gpu, Verdict& verdict) {
  Check check = new_check("gpu/alike", gpu);
  std::string differences;
  const auto note = [&](const std::string& name, const std::string& own, const std::string& peers) {
    differences += fmt::format("{}{} is {}, of most peers {}", differences.empty() ? "" : "; ",
                               name, own, peers);
  };
  for (const char* name : alike) {
    const auto own = reading(gpu, name);
    const auto usual = fleet.usual(name);
    if (own && usual && *own != *usual)
      note(name, fmt::format("{:g}", *own), fmt::format("{:g}", *usual));
  }
  for (const char* name : alike_facts) {
    std::map<std::string, int> votes;
    for (const Record* peer : fleet.gpus)
      if (const auto text = peer->report.facts.find(name); text != peer->report.facts.end())
        ++votes[text->second];
    const auto own = gpu.report.facts.find(name);
    if (own == gpu.report.facts.end()) continue;
    const auto usual =
        std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    if (votes[own->second] < usual->second) note(name, own->second, usual->first);
  }
  if (fleet.gpus.size() < 2)
    skip(check, "the only GPU: there are no peers");
  else if (!differences.empty())
    fail(check, gpu, "configuration", differences, verdict);
  verdict.checks.push_back(std::move(check));
}

void judge_whole(const Fleet& fleet, const Record& gpu, Verdict& verdict) {
  Check check = new_check("gpu/whole", gpu);
  const auto mig = reading(gpu, "mig");
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
  Check check = new_check("gpu/present", gpu);
  fail(check, gpu, "hardware", "cannot be asked: " + lost->second, verdict, 1.0);
  verdict.checks.push_back(std::move(check));
}

void judge_count(const Fleet& fleet, const Profile* profile, Verdict& verdict) {
  std::map<std::string, int> count;
  for (const auto& [host, record] : fleet.hosts) count[host] = 0;
  for (const Record* gpu : fleet.gpus) ++count[*gpu->host];
  int most = 0;
  for (const auto& [host, gpus] : count) most = std::max(most, gpus);
  const auto of_profile = inventory_of(profile, "gpus");
  for (const auto& [host, record] : fleet.hosts) {
    Check check;
    check.name = "gpu/count";
    check.subject = host;
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
  const Fleet fleet{run};
  judge_count(fleet, profile, verdict);
  for (const Record* gpu : fleet.gpus) {
    judge_presence(*gpu, verdict);
    if (gpu->report.facts.contains("lost")) continue;
    judge_pcie(fleet, *gpu, verdict);
    judge_nvlink(fleet, *gpu, profile, verdict);
    judge_memory_health(fleet, *gpu, verdict);
    judge_alike(fleet, *gpu, verdict);
    judge_whole(fleet, *gpu, verdict);
  }
}

}  // namespace assay::results
