#include "benchmarks/rail_map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"

namespace assay::benchmarks {

using topology::PairRound;

namespace {

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t at_most = 8;
  if (names.size() <= at_most) return fmt::format("{}", fmt::join(names, ", "));
  const std::vector<std::string> first(names.begin(), names.begin() + at_most);
  return fmt::format("{} and {} more", fmt::join(first, ", "), names.size() - at_most);
}

/// The job's hosts that are wanted, by number.
std::vector<int> choose_hosts(const Job& job, const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (int rank = 0; rank < job.size(); ++rank) {
    const auto host = static_cast<std::size_t>(job.host_of[static_cast<std::size_t>(rank)]);
    if (host >= all.size()) all.push_back(job.identity(rank).host);
  }
  std::set<std::string> wanted;
  for (const std::string& name : names) {
    if (std::ranges::find(all, name) == all.end())
      throw UsageError{fmt::format("node '{}' is not among this job's: {}", name, listed(all))};
    if (!wanted.insert(name).second)
      throw UsageError{fmt::format("node '{}' is named twice", name)};
  }
  std::vector<int> hosts;
  for (std::size_t host = 0; host < all.size(); ++host)
    if (wanted.empty() || wanted.count(all[host]) > 0) hosts.push_back(static_cast<int>(host));
  if (hosts.size() < 2)
    throw UsageError{fmt::format(
        "links are searched between two nodes or more, and there is {}; start ranks on others "
        "(mpirun --host, srun -N)",
        hosts.empty() ? "none" : all[static_cast<std::size_t>(hosts[0])])};
  return hosts;
}

void require_same_ranks(const RailMap& map) {
  for (std::size_t node = 1; node < map.rank_of.size(); ++node)
    if (map.rank_of[node].size() != map.rank_of[0].size())
      throw UsageError{fmt::format(
          "node {} has {} ranks and {} has {}: start the same number on every node, as rank k of "
          "each is its end on rail k (mpirun --map-by ppr:1:node)",
          map.nodes[0], map.rank_of[0].size(), map.nodes[node], map.rank_of[node].size())};
}

void use_devices(RailMap& map, const std::vector<std::string>& devices) {
  map.rails = devices;
  for (auto& ranks : map.rank_of) {
    if (ranks.size() != 1 && ranks.size() != devices.size())
      throw UsageError{
          fmt::format("{} ranks on a node and {} rails: start one rank on every node, or one for "
                      "each rail (mpirun --map-by ppr:{}:node)",
                      ranks.size(), devices.size(), devices.size())};
    if (ranks.size() == 1) {
      ranks.resize(devices.size(), ranks[0]);
      map.why_not_together = "one rank a node uses one rail at a time";
    }
  }
}

}  // namespace

std::size_t RailMap::rail_of(int rank) const {
  for (const auto& ranks : rank_of) {
    const auto found = std::ranges::find(ranks, rank);
    if (found != ranks.end()) return static_cast<std::size_t>(found - ranks.begin());
  }
  return 0;
}

std::vector<PairRound> RailMap::on_rail(const std::vector<PairRound>& rounds, int rail) const {
  const auto rank = [&](int node) {
    return rank_of[static_cast<std::size_t>(node)][static_cast<std::size_t>(rail)];
  };
  std::vector<PairRound> of_ranks;
  for (const PairRound& round : rounds) {
    auto& pairs = of_ranks.emplace_back();
    for (const auto& [one, other] : round) pairs.emplace_back(rank(one), rank(other));
  }
  return of_ranks;
}

RailMap make_rail_map(const Job& job, const std::vector<std::string>& wanted, bool same_ranks) {
  RailMap map;
  std::vector<int> processors;
  for (const int host : choose_hosts(job, wanted)) {
    auto& ranks = map.rank_of.emplace_back();
    for (int rank = 0; rank < job.size(); ++rank)
      if (job.host_of[static_cast<std::size_t>(rank)] == host) ranks.push_back(rank);
    map.nodes.push_back(job.identity(ranks[0]).host);
    processors.push_back(job.processors[static_cast<std::size_t>(host)]);
  }
  if (same_ranks) require_same_ranks(map);
  std::size_t rails = map.rank_of[0].size();
  for (const auto& ranks : map.rank_of) rails = std::min(rails, ranks.size());
  for (auto& ranks : map.rank_of) ranks.resize(rails);
  if (job.transport_options.rails.size() > 1) {
    use_devices(map, job.transport_options.rails);
    return map;
  }
  if (rails == 1) return map;
  for (std::size_t rail = 0; rail < rails; ++rail) map.rails.push_back(std::to_string(rail));
  for (std::size_t node = 0; node < map.nodes.size(); ++node)
    if (rails > static_cast<std::size_t>(processors[node]))
      map.why_not_together = fmt::format("{} has fewer processors than rails", map.nodes[node]);
  return map;
}

}  // namespace assay::benchmarks
