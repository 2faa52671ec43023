#include "collectives/algorithms/nodes.hpp"

#include <algorithm>
#include <map>

#include "collectives/algorithms/rank_order.hpp"

namespace assay::collectives {

Nodes::Nodes(int ranks, const PlanOptions& options) {
  std::map<int, std::size_t> numbers;
  for (int position = 0; position < ranks; ++position) {
    const int rank = rank_at(position, options);
    const int name = options.node_of.empty() ? 0 : options.node_of[static_cast<std::size_t>(rank)];
    const auto [number, is_new] = numbers.try_emplace(name, members_.size());
    if (is_new) members_.emplace_back();
    members_[number->second].push_back(rank);
  }
}

int Nodes::smallest() const {
  const auto size = [](const std::vector<int>& members) { return members.size(); };
  return static_cast<int>(std::ranges::min(members_, {}, size).size());
}

Nodes::Place Nodes::place_of(int rank) const {
  for (int node = 0; node < count(); ++node) {
    const auto found = std::ranges::find(members(node), rank);
    if (found != members(node).end())
      return {node, static_cast<int>(found - members(node).begin())};
  }
  return {};
}

}  // namespace assay::collectives
