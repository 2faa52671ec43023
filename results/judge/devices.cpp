#include "results/judge/devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "results/judge/profile_check.hpp"
#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"

namespace assay::results {

namespace {

bool is_device(const Record& record) { return record.rank && record.device && record.fast_s; }

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
  std::vector<double> peers;
  for (const auto& [other, record] : family)
    if (other != rank && processor_of(info, other) == processor_of(info, rank))
      peers.push_back(fast_rate(*record));
  if (peers.empty()) return std::nullopt;
  return compare_with(fast_rate(*own->second), fast_uncertainty(*own->second), peers);
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
  if (cell.part) check.expected = Expected{cell.part->first.reference, "peers"};
  return check;
}

/// Adds what a failed check says of its rank to that rank's suspect.
void accuse(const RunInfo& info, const DeviceCell& cell, const Check& check, const Finding& finding,
            std::map<int, Suspect>& suspects) {
  auto [entry, is_new] = suspects.try_emplace(cell.rank, suspect_rank(info, cell.rank));
  Suspect& suspect = entry->second;
  suspect.layer = "compute";
  suspect.deficit = std::max(suspect.deficit, finding.deficit);
  suspect.confidence = std::max(suspect.confidence, finding.confidence);
  suspect.evidence.push_back(
      fmt::format("{}: {}, {} {}", cell.name, quantity(check.measured->value, check.measured->unit),
                  check.expected ? check.expected->source : "expected",
                  check.expected ? quantity(check.expected->value, check.measured->unit) : "more"));
  if (cell.part && !cell.part->repeats.empty())
    suspect.evidence.push_back(
        fmt::format("{}: slow again in {} repeats", cell.name, cell.part->repeats.size()));
  suspect.action =
      fmt::format("look at clocks, power, heat and what else runs on {} ({}); re-run without it",
                  suspect.name, host_of(info, cell.rank));
}

void judge_results(const Run& run, Verdict& verdict) {
  std::map<std::pair<std::string, int>, std::uint64_t> wrong;
  std::map<std::pair<std::string, int>, std::uint64_t> checked;
  for (const Record& record : run.records) {
    if (!is_device(record) || !record.wrong) continue;
    wrong[{record.benchmark, *record.rank}] += *record.wrong;
    ++checked[{record.benchmark, *record.rank}];
  }
  for (const auto& [key, count] : wrong) {
    const auto& [benchmark, rank] = key;
    Check check;
    check.name = benchmark + "/data";
    check.subject = subject_of(run.info, rank);
    check.status = count == 0 ? Status::pass : Status::fail;
    check.measured = Measured{static_cast<double>(count), "wrong_elements", std::nullopt};
    check.expected = Expected{0, "arithmetic: exact in any order"};
    if (count > 0) check.reason = fmt::format("{} wrong elements", count);
    if (count > 0) {
      Suspect suspect = suspect_rank(run.info, rank);
      suspect.layer = "data";
      suspect.deficit = 1.0;
      suspect.confidence = 1.0;
      suspect.evidence.push_back(
          fmt::format("{} of {}: {}", check.reason, benchmark, "every result is known exactly"));
      suspect.action = fmt::format("take {} out of use and test its processor and memory",
                                   host_of(run.info, rank));
      verdict.suspects.push_back(std::move(suspect));
    }
    verdict.checks.push_back(std::move(check));
  }
}

}  // namespace

std::string device_check_name(const Record& record) {
  return record.benchmark + "/" + record.algorithm.value_or(record.implementation);
}

std::vector<DeviceCell> device_cells(const Run& run) {
  std::vector<DeviceCell> cells;
  for (const auto& [name, rounds] : families_of(run)) {
    const auto first = rounds.find(0);
    if (first == rounds.end()) continue;
    for (const auto& [rank, record] : first->second) {
      DeviceCell cell{rank, name, record, std::nullopt};
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
  std::map<int, Suspect> suspects;
  // Families are judged one by one: each has its own false discovery rate.
  for (std::size_t begin = 0; begin < cells.size();) {
    std::size_t end = begin;
    while (end < cells.size() && cells[end].name == cells[begin].name) ++end;
    std::vector<Part> family;
    for (std::size_t i = begin; i < end; ++i)
      if (cells[i].part) family.push_back(*cells[i].part);
    const auto findings = decide(family, options);
    for (std::size_t i = begin, next = 0; i < end; ++i) {
      Finding finding;
      if (cells[i].part) {
        finding = findings[next++];
      } else {
        finding.status = Status::skipped;
        finding.reason = "no peer with the same processor, and no profile";
      }
      Check check = check_of(run.info, cells[i], finding);
      const std::string key =
          cells[i].name + (cells[i].record->dtype ? "/" + *cells[i].record->dtype : "");
      apply_profile(profile, {key, cells[i].name}, check, finding);
      if (check.status == Status::fail) accuse(run.info, cells[i], check, finding, suspects);
      verdict.checks.push_back(std::move(check));
    }
    begin = end;
  }
  for (auto& [rank, suspect] : suspects) verdict.suspects.push_back(std::move(suspect));
  judge_results(run, verdict);
}

}  // namespace assay::results
