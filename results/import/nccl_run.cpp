#include "results/import/nccl_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.hpp"
#include "results/import/lines.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr double microseconds = 1e6;
constexpr double gigabyte = 1e9;

std::vector<const NcclHalf*> halves_of(const NcclRow& row) {
  std::vector<const NcclHalf*> halves;
  for (const auto* half : {&row.out_of_place, &row.in_place})
    if (*half) halves.push_back(&**half);
  return halves;
}

/// Of three ranks and more, bus bandwidth is 2(n-1)/n of algorithm bandwidth for an all-reduce
/// alone.
bool is_all_reduce_by_arithmetic(const NcclRun& run) {
  if (run.ranks.value_or(0) < 3) return false;
  const double factor = bus_factor(*find_collective("all_reduce"), *run.ranks);
  int seen = 0;
  for (const NcclRow& row : run.rows) {
    for (const NcclHalf* half : halves_of(row)) {
      if (half->algorithm_gigabytes < 1) continue;  // too few digits
      if (!agrees(half->bus_gigabytes, half->algorithm_gigabytes * factor)) return false;
      ++seen;
    }
  }
  return seen > 0;
}

NcclCollective collective_of(const NcclRun& run, const ImportHints& hints) {
  const auto said = find_nccl_program(run.program);
  if (!hints.benchmark.empty()) {
    const auto wanted = find_collective(hints.benchmark);
    if (!wanted)
      throw UsageError{fmt::format("'{}' is no collective of nccl-tests", hints.benchmark)};
    if (said && said->benchmark != wanted->benchmark)
      throw UsageError{fmt::format("is of {}, not of {}", said->benchmark, wanted->benchmark)};
    return *wanted;
  }
  if (said) return *said;
  if (is_all_reduce_by_arithmetic(run)) return *find_collective("all_reduce");
  throw UsageError{"does not say which collective it is of; name it, as in --benchmark all_gather"};
}

/// What in a row contradicts itself; empty: nothing.
std::string contradiction(const NcclRow& row, const NcclCollective& collective,
                          std::optional<int> ranks) {
  const std::uint64_t block = row.count * row.type.bytes;
  const bool may_be_blocks = collective.has_blocks && !ranks;
  const std::uint64_t whole =
      collective.has_blocks ? block * static_cast<std::uint64_t>(ranks.value_or(1)) : block;
  const bool has_even_blocks = collective.benchmark != "all_to_all_v";
  if (has_even_blocks &&
      (may_be_blocks ? block == 0 || row.size % block != 0 : row.size != whole) &&
      row.size + block != 0)
    return fmt::format("size {} is not what {} elements of {} make", row.size, row.count,
                       row.type.nccl);
  for (const NcclHalf* half : halves_of(row)) {
    // From the time, which has more digits than a small bandwidth.
    const double bandwidth =
        half->time_us > 0 ? static_cast<double>(row.size) / half->time_us * microseconds / gigabyte
                          : half->algorithm_gigabytes;
    if (!agrees(half->algorithm_gigabytes, bandwidth))
      return fmt::format("{} bytes in {} us are not {} GB/s", row.size, half->time_us,
                         half->algorithm_gigabytes);
    if (ranks && !agrees(half->bus_gigabytes, bandwidth * bus_factor(collective, *ranks)))
      return fmt::format("bus bandwidth {} does not follow from {} GB/s and {} ranks",
                         half->bus_gigabytes, half->algorithm_gigabytes, *ranks);
  }
  return "";
}

void put_times(const NcclHalf& half, const NcclRun& run, Record& record) {
  for (const double sample : half.samples_us) record.samples_s.push_back(sample / microseconds);
  record.source->figures = {
      {"time", half.time_us}, {"algbw", half.algorithm_gigabytes}, {"busbw", half.bus_gigabytes}};
  if (!record.samples_s.empty()) {
    record.median_s = median(record.samples_s);
    const Interval interval = median_interval(record.samples_s);
    record.interval_s = {interval.low, interval.high};
    record.source->statistic = "median of its samples";
  } else if (run.time_statistic == "median") {
    record.median_s = half.time_us / microseconds;
  } else {
    record.mean_s = half.time_us / microseconds;
  }
}

Record record_of(const NcclRow& row, const NcclHalf& half, bool in_place, const NcclRun& run,
                 const NcclCollective& collective) {
  Record record;
  record.benchmark = collective.benchmark;
  record.implementation = run.implementation;
  record.algorithm = run.algorithm;
  record.transport = run.transport;
  record.registered = run.registered;
  record.memory = run.memory;
  record.label = imported_label;
  record.dtype = row.type.dtype;
  if (collective.reduces && row.op != "none") record.op = row.op;
  if (row.root >= 0) record.root = row.root;
  record.size_bytes = row.size;
  record.ranks = run.ranks;
  record.in_place = in_place;
  record.group = run.group;
  record.members = run.members;
  record.source = Source{.tool = run.tool,
                         .version = run.version,
                         .place = row.place,
                         .statistic = run.time_statistic,
                         .unit = "us",
                         .start = run.start,
                         .end = run.end};
  put_times(half, run, record);
  record.algorithm_bandwidth_bytes_per_s = half.algorithm_gigabytes * gigabyte;
  record.bus_bandwidth_bytes_per_s = half.bus_gigabytes * gigabyte;
  record.wrong = half.wrong;
  return record;
}

}  // namespace

std::optional<int> ranks_of(const std::vector<NcclRank>& listed) {
  std::map<int, int> in_group;
  std::set<int> ranks;
  for (const NcclRank& rank : listed) {
    ++in_group[rank.group];
    ranks.insert(rank.identity.rank);
  }
  const bool complete = !listed.empty() && ranks.size() == listed.size() &&
                        *ranks.rbegin() + 1 == static_cast<int>(ranks.size());
  if (!complete) return std::nullopt;
  for (const auto& [group, count] : in_group)
    if (count != in_group.begin()->second) return std::nullopt;
  return in_group.begin()->second;
}

void add_nccl_run(const NcclRun& given, const ImportHints& hints, ImportedLog& log) {
  if (given.rows.empty()) return;
  NcclRun run = given;
  if (!run.ranks) run.ranks = hints.ranks;
  const NcclCollective collective = collective_of(run, hints);
  for (const NcclRow& row : run.rows) {
    if (const std::string problem = contradiction(row, collective, run.ranks); !problem.empty()) {
      log.unread.push_back({row.place, problem});
      continue;
    }
    if (row.out_of_place)
      log.records.push_back(record_of(row, *row.out_of_place, false, run, collective));
    if (row.in_place) log.records.push_back(record_of(row, *row.in_place, true, run, collective));
  }
}

}  // namespace assay::results
