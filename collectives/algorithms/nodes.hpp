#pragma once

#include <vector>

#include "collectives/algorithm.hpp"

namespace assay::collectives {

/// The ranks by the nodes they are on (PlanOptions::node_of), all in the order that the algorithm
/// follows; nodes in the order of their first ranks.
class Nodes {
 public:
  Nodes(int ranks, const PlanOptions& options);

  [[nodiscard]] int count() const { return static_cast<int>(members_.size()); }
  /// The ranks of the smallest one.
  [[nodiscard]] int smallest() const;
  [[nodiscard]] const std::vector<int>& members(int node) const {
    return members_[static_cast<std::size_t>(node)];
  }

  struct Place {
    int node = 0;
    int number = 0;  ///< among the node's ranks
  };
  [[nodiscard]] Place place_of(int rank) const;

 private:
  std::vector<std::vector<int>> members_;
};

}  // namespace assay::collectives
