#include "results/witnesses/collectives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "results/judge/profile_check.hpp"
#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"
#include "results/witnesses/ring_links.hpp"

namespace assay::results {

namespace {

constexpr const char* unit = "bytes_per_s";
/// An edge below this share of the usual one holds a ring up: the judge's line for a slow link.
constexpr double slow_edge_share = 1 - JudgeOptions{}.fail_deficit;

/// What is asked about.
struct Asked {
  Between between;
  Whose whose;

  [[nodiscard]] bool of_gpus() const { return between == Between::gpus; }
  [[nodiscard]] PartKind kind() const {
    return of_gpus() ? PartKind::gpu_collective : PartKind::collective;
  }
  [[nodiscard]] std::string name() const {
    return fmt::format("{} all-reduce{}", whose == Whose::own ? "our" : "the library's",
                       of_gpus() ? " of GPUs" : "");
  }
};

bool is_of(const Record& record, const Asked& asked) {
  return record.benchmark == "all_reduce" && kind_of_collective(record) == asked.kind() &&
         record.bus_bandwidth_bytes_per_s &&
         (record.implementation == "assay") == (asked.whose == Whose::own);
}

/// By a profile: slow if one check fails, fine if all that have a figure pass.
std::optional<Testimony> by_profile(const std::vector<Check>& checks, const Asked& asked) {
  const Check* passed = nullptr;
  for (const Check& check : checks) {
    if (check.name != "all_reduce/bandwidth" || !check.expected || check.of != asked.kind())
      continue;
    if (check.subject.starts_with("assay ") != (asked.whose == Whose::own)) continue;
    if (check.status == Status::fail)
      return Testimony{Witness::slow, fmt::format("{}: {}", check.subject, check.reason)};
    if (check.status == Status::pass) passed = &check;
  }
  if (passed == nullptr) return std::nullopt;
  return Testimony{Witness::fine, fmt::format("{}: {}", passed->subject, passed->expected->source)};
}

/// Why the links' rates say nothing of a collective, if so.
std::optional<std::string> why_no_ground(const Run& run, const Asked& asked) {
  if (asked.of_gpus()) return std::nullopt;
  if (run.info.ranks.size() < 2) return "one rank sends nothing";
  const bool share_processors = std::ranges::any_of(run.info.ranks, [](const auto& identity) {
    return identity.usable_processors == 0 || identity.host_ranks > identity.usable_processors;
  });
  if (share_processors) return "ranks share processors when all work, and a pair does not";
  return std::nullopt;
}

std::size_t members_of(const Run& run, const Asked& asked) {
  if (!asked.of_gpus()) return run.info.ranks.size();
  std::size_t gpus = 0;
  for (const auto& identity : run.info.ranks) gpus += identity.gpus.size();
  return gpus;
}

/// The quickest operation of all members whose blocks are long enough, by the fast side of its
/// samples, as links are. The bus bandwidth and what it is of.
std::optional<std::pair<double, const Record*>> quickest(const Run& run, const Asked& asked) {
  const std::size_t all = members_of(run, asked);
  const auto members = static_cast<double>(all);
  const double least = asked.of_gpus() ? least_block_bytes_of_gpus : least_block_bytes;
  std::optional<std::pair<double, const Record*>> best;
  for (const Record& record : run.records) {
    if (!is_of(record, asked) || record.group || record.confirmation > 0 || !record.size_bytes ||
        !record.fast_s || *record.fast_s <= 0 || !record.ranks ||
        std::cmp_not_equal(*record.ranks, all))
      continue;
    const auto size = static_cast<double>(*record.size_bytes);
    if (size / members < least) continue;
    const double bandwidth = 2 * (members - 1) / members * size / *record.fast_s;
    if (!best || bandwidth > best->first) best = {bandwidth, &record};
  }
  return best;
}

}  // namespace

Testimony hear_collectives(const Run& run, const std::vector<Check>& checks, Between between,
                           Whose whose, Witness link) {
  const Asked asked{between, whose};
  if (auto heard = by_profile(checks, asked)) return *std::move(heard);
  const std::string what = asked.name();
  const auto unknown = [&](const std::string& why) {
    return Testimony{Witness::unknown, fmt::format("{}: {}", what, why)};
  };
  if (std::ranges::none_of(run.records, [&](const Record& record) { return is_of(record, asked); }))
    return unknown("not measured");
  if (const auto why = why_no_ground(run, asked)) return unknown("no profile figure, and " + *why);
  const auto ring = ring_links(run, between);
  if (!ring) return unknown("no profile figure, and not all links of a ring were measured");
  const auto best = quickest(run, asked);
  if (!best) return unknown("no profile figure, and no message long enough to compare with links");

  const auto& [bandwidth, record] = *best;
  const double share = bandwidth / ring->slowest;
  const std::string seen =
      fmt::format("{}, {} {}, bus bandwidth {}: {:.0f} % of a ring's slowest link ({})", what,
                  record->implementation, record->algorithm.value_or(""), quantity(bandwidth, unit),
                  share * 100, quantity(ring->slowest, unit));
  if (share < slow_share)
    return {Witness::slow, fmt::format("{}; sound ones reach {:.0f} %", seen, fine_share * 100)};
  if (link == Witness::slow && ring->slowest < slow_edge_share * ring->usual &&
      share <= ring->share_at_most)
    return {Witness::slow,
            fmt::format("{}, which is slow; others do {}", seen, quantity(ring->usual, unit))};
  if (share >= fine_share) return {Witness::fine, seen};
  return {Witness::unknown,
          fmt::format("{}; from {:.0f} % on it would be fine, below {:.0f} % slow", seen,
                      fine_share * 100, slow_share * 100)};
}

}  // namespace assay::results
