#include "results/witnesses/collectives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "results/judge/profile_check.hpp"
#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr const char* unit = "bytes_per_s";
/// An edge below this share of the usual one holds a ring up: the judge's line for a slow link.
constexpr double slow_edge_share = 1 - JudgeOptions{}.fail_deficit;

bool is_of(const Record& record, Whose whose) {
  return record.benchmark == "all_reduce" && record.memory == "host" &&
         record.bus_bandwidth_bytes_per_s &&
         (record.implementation == "assay") == (whose == Whose::own);
}

/// By a profile: slow if one check fails, fine if all that have a figure pass.
std::optional<Testimony> by_profile(const std::vector<Check>& checks, Whose whose) {
  const Check* passed = nullptr;
  for (const Check& check : checks) {
    if (check.name != "all_reduce/bandwidth" || !check.expected || is_of_gpus(check)) continue;
    if (check.subject.starts_with("assay ") != (whose == Whose::own)) continue;
    if (check.status == Status::fail)
      return Testimony{Witness::slow, fmt::format("{}: {}", check.subject, check.reason)};
    if (check.status == Status::pass) passed = &check;
  }
  if (passed == nullptr) return std::nullopt;
  return Testimony{Witness::fine, fmt::format("{}: {}", passed->subject, passed->expected->source)};
}

/// What the edges of a ring in the order of ranks can do, a pair at a time.
struct RingEdges {
  double slowest;
  double usual;  ///< the median
};

/// Nothing where not all edges were measured.
std::optional<RingEdges> ring_edges(const Run& run) {
  std::map<std::pair<int, int>, double> rates;
  for (const Record& record : run.records)
    if (record.benchmark == "pair" && record.confirmation == 0 && record.from_rank &&
        record.to_rank && record.fast_s && *record.fast_s > 0 && record.size_bytes)
      rates[{*record.from_rank, *record.to_rank}] =
          static_cast<double>(*record.size_bytes) / *record.fast_s;
  const int ranks = static_cast<int>(run.info.ranks.size());
  std::vector<double> edges;
  for (int rank = 0; rank < ranks; ++rank) {
    const auto edge = rates.find({rank, (rank + 1) % ranks});
    if (edge == rates.end()) return std::nullopt;
    edges.push_back(edge->second);
  }
  return RingEdges{std::ranges::min(edges), median(edges)};
}

/// Why the links' rates say nothing of a collective, if so.
std::optional<std::string> why_no_ground(const Run& run) {
  if (run.info.ranks.size() < 2) return "one rank sends nothing";
  const bool share_processors = std::ranges::any_of(run.info.ranks, [](const auto& identity) {
    return identity.usable_processors == 0 || identity.host_ranks > identity.usable_processors;
  });
  if (share_processors) return "ranks share processors when all work, and a pair does not";
  return std::nullopt;
}

/// The quickest of all ranks' operations whose blocks are long enough, by the fast side of its
/// samples, as links are. The bus bandwidth and what it is of.
std::optional<std::pair<double, const Record*>> quickest(const Run& run, Whose whose) {
  const auto ranks = static_cast<double>(run.info.ranks.size());
  std::optional<std::pair<double, const Record*>> best;
  for (const Record& record : run.records) {
    if (!is_of(record, whose) || record.group || record.confirmation > 0 || !record.size_bytes ||
        !record.fast_s || *record.fast_s <= 0 || !record.ranks ||
        std::cmp_not_equal(*record.ranks, run.info.ranks.size()))
      continue;
    const auto size = static_cast<double>(*record.size_bytes);
    if (size / ranks < least_block_bytes) continue;
    const double bandwidth = 2 * (ranks - 1) / ranks * size / *record.fast_s;
    if (!best || bandwidth > best->first) best = {bandwidth, &record};
  }
  return best;
}

}  // namespace

Testimony hear_collectives(const Run& run, const std::vector<Check>& checks, Whose whose,
                           Witness link) {
  if (auto heard = by_profile(checks, whose)) return *std::move(heard);
  const auto* what = whose == Whose::own ? "our all-reduce" : "the library's all-reduce";
  const auto unknown = [&](const std::string& why) {
    return Testimony{Witness::unknown, fmt::format("{}: {}", what, why)};
  };
  if (std::ranges::none_of(run.records, [&](const Record& record) { return is_of(record, whose); }))
    return unknown("not measured");
  if (const auto why = why_no_ground(run)) return unknown("no profile figure, and " + *why);
  const auto edges = ring_edges(run);
  if (!edges) return unknown("no profile figure, and not all links of a ring were measured");
  const auto best = quickest(run, whose);
  if (!best) return unknown("no profile figure, and no message long enough to compare with links");

  const auto& [bandwidth, record] = *best;
  const double share = bandwidth / edges->slowest;
  const std::string seen =
      fmt::format("{}, {} {}, bus bandwidth {}: {:.0f} % of a ring's slowest link ({})", what,
                  record->implementation, record->algorithm.value_or(""), quantity(bandwidth, unit),
                  share * 100, quantity(edges->slowest, unit));
  if (share < slow_share)
    return {Witness::slow, fmt::format("{}; sound ones reach {:.0f} %", seen, fine_share * 100)};
  if (link == Witness::slow && edges->slowest < slow_edge_share * edges->usual && share <= 1)
    return {Witness::slow,
            fmt::format("{}, which is slow; others do {}", seen, quantity(edges->usual, unit))};
  if (share >= fine_share) return {Witness::fine, seen};
  return {Witness::unknown,
          fmt::format("{}; from {:.0f} % on it would be fine, below {:.0f} % slow", seen,
                      fine_share * 100, slow_share * 100)};
}

}  // namespace assay::results
