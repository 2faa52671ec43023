#include "results/judge/devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "results/judge/profile_check.hpp"
#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"

namespace assay::results {

namespace {

/// Windows of a soak are judged by themselves.
bool is_device(const Record& record) {
  return record.rank && record.device && record.fast_s && !record.window;
}

/// Work of one sample: floating point operations, or bytes.
double work_of(const Record& record) {
  if (record.rate_flop_per_s && record.median_s) return *record.rate_flop_per_s * *record.median_s;
  return static_cast<double>(record.size_bytes.value_or(0));
}

double fast_rate(const Record& record) { return work_of(record) / *record.fast_s; }

std::string unit_of(const Record& record) {
  return record.rate_flop_per_s ? "flop_per_s" : "bytes_per_s";
}

std::string processor_of(const RunInfo& info, int rank) {
  for (const auto& identity : info.ranks)
    if (identity.rank == rank) return identity.processor;
  return "";
}

/// One check in one round: its records by rank.
using Family = std::map<int, const Record*>;

std::optional<Comparison> compare(const RunInfo& info, const Family& family, int rank) {
  const auto own = family.find(rank);
  if (own == family.end()) return std::nullopt;
  std::vector<Series> series;
  for (const auto& [other, record] : family)
    if (other != rank && processor_of(info, other) == processor_of(info, rank))
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

/// (name of the check, round) -> records by rank.
std::map<std::string, std::map<int, Family>> families_of(const Run& run) {
  std::map<std::string, std::map<int, Family>> families;
  for (const Record& record : run.records)
    if (is_device(record))
      families[device_check_name(record)][record.confirmation][*record.rank] = &record;
  return families;
}

std::string subject_of(const RunInfo& info, int rank) {
  return fmt::format("rank {} ({})", rank, host_of(info, rank));
}

Check check_of(const RunInfo& info, const DeviceCell& cell, const Finding& finding) {
  const Record& record = *cell.record;
  Check check;
  check.name = cell.name;
  check.subject = subject_of(info, cell.rank);
  check.status = finding.status;
  check.reason = finding.reason;
  check.measured = Measured{fast_rate(record), unit_of(record), std::nullopt};
  if (record.interval_s && (*record.interval_s)[0] > 0)
    check.measured->interval = {work_of(record) / (*record.interval_s)[1],
                                work_of(record) / (*record.interval_s)[0]};
  if (cell.part) check.expected = Expected{cell.part->first.reference, by_peers};
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

/// One kernel's share in what was found of its rank.
Finding finding_of(const DeviceCell& cell, const Finding& of_rank, const JudgeOptions& options) {
  if (!cell.part) return {Status::skipped, 0, 0, "no peer with the same processor, and no profile"};
  const double own = cell.part->first.deficit();
  if (of_rank.status != Status::pass && own >= options.warn_deficit) return of_rank;
  if (cell.too_disturbed) return {Status::inconclusive, own, 0, too_disturbed};
  Finding finding{Status::pass, own, 0, of_rank.status == Status::pass ? of_rank.reason : ""};
  if (of_rank.status == Status::pass && own >= options.fail_deficit && of_rank.reason.empty())
    finding.reason = percent(own) + " below its peers in this kernel alone";
  return finding;
}

std::string action_for(const RunInfo& info, const Suspect& suspect) {
  return fmt::format(
      "look at clocks, power, heat and what else runs beside {} on {}; re-run without it",
      suspect.name, host_of(info, *suspect.rank));
}

Suspect suspect_of(const RunInfo& info, const std::vector<const DeviceCell*>& cells,
                   const Part& part, const Finding& finding) {
  const int rank = cells.front()->rank;
  Suspect suspect = suspect_rank(info, rank);
  suspect.layer = "compute";
  suspect.deficit = finding.deficit;
  suspect.confidence = finding.confidence;
  for (const DeviceCell* cell : cells)
    suspect.evidence.push_back(fmt::format(
        "{} {}, peers {}", cell->name, quantity(cell->part->first.rate, unit_of(*cell->record)),
        quantity(cell->part->first.reference, unit_of(*cell->record))));
  suspect.evidence.push_back(fmt::format("slow again in {} repeats", part.repeats.size()));
  suspect.action = action_for(info, suspect);
  return suspect;
}

/// Adds what a second benchmark says to a suspect that is known already.
void merge(std::map<int, Suspect>& suspects, int rank, Suspect found) {
  const auto [entry, is_new] = suspects.try_emplace(rank, found);
  if (is_new) return;
  Suspect& known = entry->second;
  known.deficit = std::max(known.deficit, found.deficit);
  known.confidence = std::max(known.confidence, found.confidence);
  known.evidence.insert(known.evidence.end(), found.evidence.begin(), found.evidence.end());
}

/// A rank that is below a profile's floor, as no peers need be to be at fault.
Suspect suspect_by_profile(const RunInfo& info, const DeviceCell& cell, const Check& check,
                           const Finding& finding) {
  Suspect suspect = suspect_rank(info, cell.rank);
  suspect.layer = "compute";
  suspect.deficit = finding.deficit;
  suspect.confidence = finding.confidence;
  suspect.evidence.push_back(
      fmt::format("{} {}, {} {}", cell.name, quantity(check.measured->value, check.measured->unit),
                  check.expected->source, quantity(check.expected->value, check.measured->unit)));
  suspect.action = action_for(info, suspect);
  return suspect;
}

}  // namespace

std::string device_check_name(const Record& record) {
  if (record.memory == "device") return gpu_check_name(record);
  return record.benchmark + "/" + record.algorithm.value_or(record.implementation);
}

std::vector<DeviceCell> device_cells(const Run& run) {
  std::vector<DeviceCell> cells;
  for (const auto& [name, rounds] : families_of(run)) {
    const auto first = rounds.find(0);
    if (first == rounds.end()) continue;
    for (const auto& [rank, record] : first->second) {
      DeviceCell cell{rank, name, record, std::nullopt};
      cell.too_disturbed = std::ranges::all_of(rounds, [rank = rank](const auto& round) {
        const auto own = round.second.find(rank);
        return own == round.second.end() || undisturbed_share(*own->second) < least_undisturbed;
      });
      if (const auto comparison = compare(run.info, first->second, rank)) {
        cell.part = Part{*comparison, {}};
        for (const auto& [round, family] : rounds) {
          if (round == 0) continue;
          if (const auto repeat = compare(run.info, family, rank))
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
  std::map<std::string, std::map<int, std::vector<const DeviceCell*>>> benchmarks;
  for (const DeviceCell& cell : cells)
    if (cell.part) benchmarks[cell.record->benchmark][cell.rank].push_back(&cell);

  std::map<int, Suspect> suspects;
  std::map<std::pair<std::string, int>, Finding> found;
  for (const auto& [benchmark, ranks] : benchmarks) {
    std::vector<Part> family;
    for (const auto& [rank, kernels] : ranks) family.push_back(together(kernels));
    const auto findings = decide(family, options);
    std::size_t next = 0;
    for (const auto& [rank, kernels] : ranks) {
      found[{benchmark, rank}] = findings[next];
      if (findings[next].status == Status::fail)
        merge(suspects, rank, suspect_of(run.info, kernels, family[next], findings[next]));
      ++next;
    }
  }
  for (const DeviceCell& cell : cells) {
    Finding finding = finding_of(cell, found[{cell.record->benchmark, cell.rank}], options);
    Check check = check_of(run.info, cell, finding);
    const std::string key = cell.name + (cell.record->dtype ? "/" + *cell.record->dtype : "");
    apply_profile(profile, {key, cell.name}, check, finding);
    if (failed_by_profile(check))
      merge(suspects, cell.rank, suspect_by_profile(run.info, cell, check, finding));
    verdict.checks.push_back(std::move(check));
  }
  for (auto& [rank, suspect] : suspects) verdict.suspects.push_back(std::move(suspect));
}

}  // namespace assay::results
