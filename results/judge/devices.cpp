#include "results/judge/devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "results/judge/device_models.hpp"
#include "results/judge/inventory.hpp"
#include "results/judge/profile_check.hpp"
#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"

namespace assay::results {

namespace {

/// Windows of a soak are judged by themselves.
bool is_device(const Record& record) {
  return record.rank && record.device && record.fast_s && !record.window;
}

/// Work of one sample: floating point operations, or bytes as the record's own rate counts them.
double work_of(const Record& record) {
  const auto rate =
      record.rate_flop_per_s ? record.rate_flop_per_s : record.algorithm_bandwidth_bytes_per_s;
  if (rate && record.median_s) return *rate * *record.median_s;
  return static_cast<double>(record.size_bytes.value_or(0));
}

double fast_rate(const Record& record) { return work_of(record) / *record.fast_s; }

/// A latency has no rate.
bool is_latency(const Record& record) {
  return !record.rate_flop_per_s && !record.algorithm_bandwidth_bytes_per_s;
}

std::string unit_of(const Record& record) {
  if (is_latency(record)) return "s";
  return record.rate_flop_per_s ? "flop_per_s" : "bytes_per_s";
}

/// A rate as it is shown: of a latency the time.
double shown(const Record& record, double rate) {
  return is_latency(record) ? work_of(record) / rate : rate;
}

/// A rank's processor, or one of its GPUs.
using DeviceKey = std::pair<int, std::string>;

DeviceKey key_of(const Record& record) { return {*record.rank, *record.device}; }

/// One check in one round: its records by device.
using Family = std::map<DeviceKey, const Record*>;

std::optional<Comparison> compare(const DeviceModels& models, const Family& family,
                                  const DeviceKey& device) {
  const auto own = family.find(device);
  if (own == family.end()) return std::nullopt;
  const std::string model = models.of(*own->second);
  std::vector<Series> series;
  for (const auto& [other, record] : family)
    if (other != device && models.of(*record) == model)
      series.push_back(series_of(*record, work_of(*record)));
  if (series.empty()) return std::nullopt;
  std::vector<const Series*> peers;
  for (const Series& peer : series) peers.push_back(&peer);
  return compare_with(series_of(*own->second, work_of(*own->second)), peers);
}

/// "matmul/cublaslt", "matmul/persistent", "device_memory/read", "copy/host_to_device",
/// "copy/host_to_device/pageable": as profiles name them.
std::string gpu_check_name(const Record& record) {
  const std::string algorithm = record.algorithm.value_or(record.implementation);
  if (record.benchmark == "matmul")
    return "matmul/" + (record.implementation == "assay" ? algorithm : record.implementation);
  if (record.benchmark == "memory") return "device_memory/" + algorithm;
  const bool is_pageable = record.registered && !*record.registered;
  return record.benchmark + "/" + algorithm + (is_pageable ? "/pageable" : "");
}

/// (name of the check, round) -> records by device.
std::map<std::string, std::map<int, Family>> families_of(const Run& run) {
  std::map<std::string, std::map<int, Family>> families;
  for (const Record& record : run.records)
    if (is_device(record))
      families[device_check_name(record)][record.confirmation][key_of(record)] = &record;
  return families;
}

Check check_of(const RunInfo& info, const DeviceCell& cell, const Finding& finding) {
  const Record& record = *cell.record;
  Check check;
  check.name = cell.name;
  check.subject = device_subject(info, record);
  check.of = kind_of_device(record);
  check.status = finding.status;
  check.reason = finding.reason;
  check.measured = Measured{shown(record, fast_rate(record)), unit_of(record), std::nullopt};
  if (is_latency(record))
    check.measured->interval = record.interval_s;
  else if (record.interval_s && (*record.interval_s)[0] > 0)
    check.measured->interval = {work_of(record) / (*record.interval_s)[1],
                                work_of(record) / (*record.interval_s)[0]};
  if (cell.part) check.expected = Expected{shown(record, cell.part->first.reference), by_peers};
  return check;
}

/// What a rank's kernels of one benchmark say together: their geometric mean. A fault of the device
/// slows them all; one alone is slow where its arrays happen to lie badly.
Comparison together(const std::vector<Comparison>& kernels) {
  double rate = 0;
  double reference = 0;
  double sigma = 0;
  for (const Comparison& kernel : kernels) {
    rate += std::log(kernel.rate);
    reference += std::log(kernel.reference);
    sigma += kernel.sigma;
  }
  const auto count = static_cast<double>(kernels.size());
  return {std::exp(rate / count), std::exp(reference / count), sigma / count,
          kernels.front().peers};
}

Part together(const std::vector<const DeviceCell*>& cells) {
  std::vector<Comparison> first;
  std::size_t rounds = 0;
  for (const DeviceCell* cell : cells) {
    first.push_back(cell->part->first);
    rounds = std::max(rounds, cell->part->repeats.size());
  }
  Part part{together(first), {}};
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<Comparison> repeat;
    for (const DeviceCell* cell : cells)
      if (round < cell->part->repeats.size()) repeat.push_back(cell->part->repeats[round]);
    part.repeats.push_back(together(repeat));
  }
  return part;
}

const char* no_peer(const Record& record) {
  return is_of_gpu(record) ? "no other GPU of this model, and no profile"
                           : "no peer with the same processor, and no profile";
}

/// One kernel's share in what was found of its device.
Finding finding_of(const DeviceCell& cell, const Finding& of_device, const JudgeOptions& options) {
  if (!cell.part) return {Status::skipped, 0, 0, no_peer(*cell.record)};
  const double own = cell.part->first.deficit();
  if (of_device.status != Status::pass && own >= options.warn_deficit) return of_device;
  if (cell.too_disturbed) return {Status::inconclusive, own, 0, too_disturbed};
  Finding finding{Status::pass, own, 0, of_device.status == Status::pass ? of_device.reason : ""};
  if (of_device.status == Status::pass && own >= options.fail_deficit && of_device.reason.empty())
    finding.reason = percent(own) + " below its peers in this kernel alone";
  return finding;
}

/// The rank or the GPU, without evidence.
Suspect slow_device(const RunInfo& info, const Record& record, const Finding& finding) {
  Suspect suspect = suspect_of_device(info, record);
  suspect.layer = "compute";
  suspect.deficit = finding.deficit;
  suspect.confidence = finding.confidence;
  suspect.action = fmt::format(
      "look at clocks, power, heat and what else runs beside {} on {}; re-run without it",
      suspect.name, host_of(info, *record.rank));
  return suspect;
}

Suspect suspect_of(const RunInfo& info, const std::vector<const DeviceCell*>& cells,
                   const Part& part, const Finding& finding) {
  Suspect suspect = slow_device(info, *cells.front()->record, finding);
  for (const DeviceCell* cell : cells) {
    const Record& record = *cell->record;
    suspect.evidence.push_back(
        fmt::format("{} {}, peers {}", cell->name,
                    quantity(shown(record, cell->part->first.rate), unit_of(record)),
                    quantity(shown(record, cell->part->first.reference), unit_of(record))));
  }
  suspect.evidence.push_back(fmt::format("slow again in {} repeats", part.repeats.size()));
  return suspect;
}

/// Adds what a second benchmark says to a suspect that is known already.
void merge(std::map<DeviceKey, Suspect>& suspects, const DeviceKey& device, Suspect found) {
  const auto [entry, is_new] = suspects.try_emplace(device, found);
  if (is_new) return;
  Suspect& known = entry->second;
  known.deficit = std::max(known.deficit, found.deficit);
  known.confidence = std::max(known.confidence, found.confidence);
  known.evidence.insert(known.evidence.end(), found.evidence.begin(), found.evidence.end());
}

/// A device that is below a profile's floor, as no peers need be to be at fault.
Suspect suspect_by_profile(const RunInfo& info, const DeviceCell& cell, const Check& check,
                           const Finding& finding) {
  Suspect suspect = slow_device(info, *cell.record, finding);
  suspect.evidence.push_back(
      fmt::format("{} {}, {} {}", cell.name, quantity(check.measured->value, check.measured->unit),
                  check.expected->source, quantity(check.expected->value, check.measured->unit)));
  return suspect;
}

}  // namespace

std::string device_check_name(const Record& record) {
  if (record.memory == "device") return gpu_check_name(record);
  return record.benchmark + "/" + record.algorithm.value_or(record.implementation);
}

std::vector<DeviceCell> device_cells(const Run& run) {
  const DeviceModels models{run};
  std::vector<DeviceCell> cells;
  for (const auto& [name, rounds] : families_of(run)) {
    const auto first = rounds.find(0);
    if (first == rounds.end()) continue;
    for (const auto& [device, record] : first->second) {
      DeviceCell cell{device.first, name, record, std::nullopt};
      cell.too_disturbed = std::ranges::all_of(rounds, [&device = device](const auto& round) {
        const auto own = round.second.find(device);
        return own == round.second.end() || undisturbed_share(*own->second) < least_undisturbed;
      });
      if (const auto comparison = compare(models, first->second, device)) {
        cell.part = Part{*comparison, {}};
        for (const auto& [round, family] : rounds) {
          if (round == 0) continue;
          if (const auto repeat = compare(models, family, device))
            cell.part->repeats.push_back(*repeat);
        }
      }
      cells.push_back(std::move(cell));
    }
  }
  return cells;
}

void judge_devices(const Run& run, const Profile* profile, const JudgeOptions& options,
                   Verdict& verdict) {
  const auto cells = device_cells(run);
  // A host's kernels say nothing of a GPU's.
  using Benchmark = std::pair<std::string, std::string>;  // and memory
  const auto benchmark_of = [](const Record& record) {
    return Benchmark{record.benchmark, record.memory};
  };
  std::map<Benchmark, std::map<DeviceKey, std::vector<const DeviceCell*>>> benchmarks;
  for (const DeviceCell& cell : cells)
    if (cell.part) benchmarks[benchmark_of(*cell.record)][key_of(*cell.record)].push_back(&cell);

  std::map<DeviceKey, Suspect> suspects;
  std::map<std::pair<Benchmark, DeviceKey>, Finding> found;
  for (const auto& [benchmark, devices] : benchmarks) {
    std::vector<Part> family;
    for (const auto& [device, kernels] : devices) family.push_back(together(kernels));
    const auto findings = decide(family, options);
    std::size_t next = 0;
    for (const auto& [device, kernels] : devices) {
      found[{benchmark, device}] = findings[next];
      if (findings[next].status == Status::fail)
        merge(suspects, device, suspect_of(run.info, kernels, family[next], findings[next]));
      ++next;
    }
  }
  for (const DeviceCell& cell : cells) {
    const DeviceKey device = key_of(*cell.record);
    Finding finding = finding_of(cell, found[{benchmark_of(*cell.record), device}], options);
    Check check = check_of(run.info, cell, finding);
    const std::string key = cell.name + (cell.record->dtype ? "/" + *cell.record->dtype : "");
    apply_profile(profile, {key, cell.name}, check, finding);
    if (failed_by_profile(check))
      merge(suspects, device, suspect_by_profile(run.info, cell, check, finding));
    verdict.checks.push_back(std::move(check));
  }
  for (auto& [device, suspect] : suspects) verdict.suspects.push_back(std::move(suspect));
}

}  // namespace assay::results
