#include "results/judge/complete.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "results/judge/complete_gpus.hpp"
#include "results/judge/link_table.hpp"
#include "results/judge/subjects.hpp"

namespace assay::results {

namespace {

/// Up to this many ranks every ordered pair is required; beyond, every rank once as sender and once
/// as receiver (schedules for many nodes need not cover all pairs).
constexpr std::size_t all_pairs_up_to = 48;
/// Named in the reason; the rest is counted.
constexpr std::size_t missing_named = 3;

/// A first measurement: repeats are of suspects and their peers, and stand for nobody else.
bool counts(const Record& record, std::string_view benchmark) {
  return record.benchmark == benchmark && record.confirmation == 0 && !record.samples_s.empty();
}

struct DeviceKernel {
  std::string_view benchmark;
  std::string_view implementation;
  std::string_view algorithm;  ///< empty: has none
};
constexpr std::array device_kernels{
    DeviceKernel{"matmul", "openblas", ""},  DeviceKernel{"matmul", "assay", ""},
    DeviceKernel{"memory", "assay", "copy"}, DeviceKernel{"memory", "assay", "scale"},
    DeviceKernel{"memory", "assay", "add"},  DeviceKernel{"memory", "assay", "triad"}};

void require_digests(const Run& run, std::vector<std::string>& missing) {
  std::set<int> measured;
  for (const Record& record : run.records)
    if (counts(record, "digest") && record.rank && record.memory == "host")
      measured.insert(*record.rank);
  for (const auto& identity : run.info.ranks)
    if (measured.count(identity.rank) == 0)
      missing.push_back(fmt::format("digest of rank {}", identity.rank));
}

void require_devices(const Run& run, std::vector<std::string>& missing) {
  for (const auto& kernel : device_kernels) {
    std::set<int> measured;
    for (const Record& record : run.records)
      if (counts(record, kernel.benchmark) && record.implementation == kernel.implementation &&
          record.algorithm.value_or("") == kernel.algorithm && record.rank)
        measured.insert(*record.rank);
    const auto variant = kernel.algorithm.empty() ? kernel.implementation : kernel.algorithm;
    for (const auto& identity : run.info.ranks)
      if (measured.count(identity.rank) == 0)
        missing.push_back(
            fmt::format("{}/{} of rank {}", kernel.benchmark, variant, identity.rank));
  }
}

/// What was measured of the pairs of ranks.
struct MeasuredPairs {
  std::set<std::pair<int, int>> pairs;
  std::set<int> senders;
  std::set<int> receivers;
};

MeasuredPairs measured_pairs(const Run& run) {
  MeasuredPairs measured;
  for (const Record& record : run.records) {
    if (!counts(record, "pair") || !record.from_rank || !record.to_rank) continue;
    measured.pairs.emplace(*record.from_rank, *record.to_rank);
    measured.senders.insert(*record.from_rank);
    measured.receivers.insert(*record.to_rank);
  }
  return measured;
}

void require_every_rank(const RunInfo& info, const MeasuredPairs& measured,
                        std::vector<std::string>& missing) {
  for (const auto& identity : info.ranks) {
    if (measured.senders.count(identity.rank) == 0)
      missing.push_back(fmt::format("rank {} as sender", identity.rank));
    if (measured.receivers.count(identity.rank) == 0)
      missing.push_back(fmt::format("rank {} as receiver", identity.rank));
  }
}

/// Between hosts whose links were searched, each host must have sent and received on each rail: a
/// search need not cover all pairs.
void require_links(const Run& run, std::vector<std::string>& missing) {
  std::set<std::string> seen;
  for (const Record& record : run.records) {
    if (!is_link(run.info, record) || !counts(record, "pair")) continue;
    const std::string rail = record.rail ? " on rail " + *record.rail : "";
    seen.insert(*record.from + " as sender" + rail);
    seen.insert(*record.to + " as receiver" + rail);
  }
  auto rails = run.info.network->rails;
  if (rails.empty()) rails.emplace_back();
  for (const NetworkInfo::Leaf& leaf : run.info.network->leaves)
    for (const std::string& host : leaf.hosts)
      for (const std::string& rail : rails)
        for (const char* end : {" as sender", " as receiver"}) {
          const std::string wanted = host + end + (rail.empty() ? "" : " on rail " + rail);
          if (seen.count(wanted) == 0) missing.push_back(wanted);
        }
}

void require_pairs(const Run& run, std::vector<std::string>& missing) {
  const MeasuredPairs measured = measured_pairs(run);
  const bool links_are_searched = run.info.network.has_value();
  if (links_are_searched) require_links(run, missing);
  if (!links_are_searched && run.info.ranks.size() > all_pairs_up_to)
    return require_every_rank(run.info, measured, missing);
  for (const auto& from : run.info.ranks)
    for (const auto& to : run.info.ranks) {
      if (from.rank == to.rank || (links_are_searched && from.host != to.host)) continue;
      if (measured.pairs.count({from.rank, to.rank}) == 0)
        missing.push_back("pair " + pair_name(run.info, from.rank, to.rank));
    }
}

void require_collectives(const Run& run, std::vector<std::string>& missing) {
  std::set<std::string> measured;
  for (const Record& record : run.records)
    if (counts(record, "all_reduce") && record.memory == "host")
      measured.insert(record.implementation + " " + record.algorithm.value_or(""));
  for (const char* wanted : {"assay ring", "assay tree", "mpi default"})
    if (measured.count(wanted) == 0) missing.push_back(fmt::format("all-reduce, {}", wanted));
}

void require_soak(const Run& run, std::vector<std::string>& missing) {
  if (std::ranges::none_of(run.records,
                           [](const Record& record) { return record.window.has_value(); }))
    missing.emplace_back("the soak");
  require_soak_of_gpus(run, missing);
}

/// Says of a simulated run what is left out of it.
Check simulated_devices() {
  Check check;
  check.name = "devices";
  check.subject = "matmul, memory";
  check.status = Status::skipped;
  check.reason = "simulated: what computes is the machine that simulates, not the hosts";
  return check;
}

}  // namespace

void judge_completeness(const Run& run, Verdict& verdict) {
  const bool is_acceptance = run.info.verb == "accept";
  if (!is_acceptance && run.info.verb != "locate") return;
  std::vector<std::string> missing;
  const bool has_devices = run.info.label != simulated_label;
  if (is_acceptance && has_devices) {
    require_devices(run, missing);
    require_digests(run, missing);
    require_gpus(run, missing);
  }
  if (is_acceptance && !has_devices) verdict.checks.push_back(simulated_devices());
  if (run.info.ranks.size() > 1) require_pairs(run, missing);
  if (is_acceptance) require_collectives(run, missing);
  if (run.info.level == "soak") require_soak(run, missing);
  if (run.info.ranks.empty()) missing.emplace_back("the ranks of the run");
  if (!run.info.end) missing.emplace_back("the end of the run (it broke off)");
  if (run.cut_off) missing.emplace_back("the last record (cut off)");
  Check check;
  check.name = "run/complete";
  check.subject = fmt::format("level {}", run.info.level);
  check.status = missing.empty() ? Status::pass : Status::inconclusive;
  if (!missing.empty()) {
    check.reason = "not measured: ";
    for (std::size_t i = 0; i < missing.size() && i < missing_named; ++i)
      check.reason += (i > 0 ? ", " : "") + missing[i];
    if (missing.size() > missing_named)
      check.reason += fmt::format(" and {} more", missing.size() - missing_named);
  }
  verdict.checks.insert(verdict.checks.begin(), std::move(check));
}

}  // namespace assay::results
