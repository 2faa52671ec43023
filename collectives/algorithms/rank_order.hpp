#pragma once

#include <algorithm>

#include "collectives/algorithm.hpp"

namespace assay::collectives {

/// The place of `rank` in the order that the algorithm follows.
[[nodiscard]] inline int position_of(int rank, const PlanOptions& options) {
  if (options.order.empty()) return rank;
  return static_cast<int>(std::ranges::find(options.order, rank) - options.order.begin());
}

[[nodiscard]] inline int rank_at(int position, const PlanOptions& options) {
  return options.order.empty() ? position : options.order[static_cast<std::size_t>(position)];
}

}  // namespace assay::collectives
