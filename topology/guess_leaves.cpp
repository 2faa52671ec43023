#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "topology/fabric.hpp"

namespace assay::topology {

namespace {

/// Another switch costs some 100 to 300 ns on top of one to two microseconds: a step in latency
/// below this share is no other level of the network.
constexpr double clear_step = 1.10;
/// A disturbed measurement between two hosts of a leaf does not part them.
constexpr double disturbed_at_most = 0.1;
/// One group alone may as well be one odd host and all others.
constexpr int groups_at_least = 2;

/// An edge of the tree of shortest latencies.
struct Edge {
  double latency = 0;
  std::size_t one = 0;
  std::size_t other = 0;
};

/// The minimum spanning tree, shortest edges first; fewer edges where latencies do not connect all.
/// Source  Prim 1957.
std::vector<Edge> spanning_tree(std::span<const double> latency, std::size_t hosts) {
  constexpr double far = std::numeric_limits<double>::infinity();
  std::vector<Edge> nearest(hosts, Edge{far, 0, 0});
  std::vector<char> joined(hosts, 0);
  std::vector<Edge> tree;
  std::size_t last = 0;
  joined[last] = 1;
  while (tree.size() + 1 < hosts) {
    std::size_t next = hosts;
    for (std::size_t host = 0; host < hosts; ++host) {
      if (joined[host] != 0) continue;
      const double direct = latency[last * hosts + host];
      if (direct < nearest[host].latency) nearest[host] = {direct, last, host};
      if (next == hosts || nearest[host].latency < nearest[next].latency) next = host;
    }
    if (nearest[next].latency == far) break;
    tree.push_back(nearest[next]);
    joined[next] = 1;
    last = next;
  }
  std::sort(tree.begin(), tree.end(),
            [](const Edge& a, const Edge& b) { return a.latency < b.latency; });
  return tree;
}

/// The number of edges below the widest step.
std::size_t edges_below_step(const std::vector<Edge>& tree) {
  std::size_t below = 0;
  double widest = clear_step;
  for (std::size_t i = 1; i < tree.size(); ++i) {
    const double step = tree[i].latency / tree[i - 1].latency;
    if (step <= widest) continue;
    widest = step;
    below = i;
  }
  return below;
}

/// A group for each host, numbered in the order of their first hosts.
std::vector<int> groups_of(std::span<const Edge> edges, std::size_t hosts) {
  std::vector<std::size_t> leader(hosts);
  std::iota(leader.begin(), leader.end(), std::size_t{0});
  const auto find = [&](std::size_t host) {
    while (leader[host] != host) host = leader[host] = leader[leader[host]];
    return host;
  };
  for (const Edge& edge : edges) leader[find(edge.one)] = find(edge.other);
  std::map<std::size_t, int> numbers;
  std::vector<int> groups;
  for (std::size_t host = 0; host < hosts; ++host)
    groups.push_back(numbers.emplace(find(host), static_cast<int>(numbers.size())).first->second);
  return groups;
}

/// True where next to all latencies within groups lie below the step. None across does, by the
/// tree.
bool fall_apart(std::span<const double> latency, const std::vector<int>& groups, double step) {
  const std::size_t hosts = groups.size();
  std::size_t within = 0;
  std::size_t above = 0;
  for (std::size_t one = 0; one < hosts; ++one)
    for (std::size_t other = 0; other < one; ++other) {
      const double measured = latency[one * hosts + other];
      if (groups[one] != groups[other] || std::isnan(measured)) continue;
      ++within;
      if (measured >= step) ++above;
    }
  return static_cast<double>(above) <= disturbed_at_most * static_cast<double>(within);
}

int groups_of_several(const std::vector<int>& groups) {
  std::map<int, int> sizes;
  for (const int group : groups) ++sizes[group];
  return static_cast<int>(std::count_if(sizes.begin(), sizes.end(),
                                        [](const auto& entry) { return entry.second >= 2; }));
}

}  // namespace

std::optional<Leaves> guess_leaves(std::span<const double> latency, std::size_t hosts) {
  if (hosts < 2) return std::nullopt;
  const auto tree = spanning_tree(latency, hosts);
  if (tree.size() + 1 < hosts) return std::nullopt;
  const std::size_t below = edges_below_step(tree);
  if (below == 0) return std::nullopt;
  auto groups = groups_of(std::span{tree}.first(below), hosts);
  if (groups_of_several(groups) < groups_at_least) return std::nullopt;
  if (!fall_apart(latency, groups, tree[below].latency)) return std::nullopt;
  Leaves leaves{Fabric::Source::guessed, {}, std::move(groups)};
  const int count = *std::max_element(leaves.leaf_of.begin(), leaves.leaf_of.end()) + 1;
  for (int leaf = 0; leaf < count; ++leaf) leaves.names.push_back(fmt::format("leaf {}", leaf));
  return leaves;
}

}  // namespace assay::topology
