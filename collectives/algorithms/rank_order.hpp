#pragma once

#include <algorithm>
#include <utility>
#include <vector>

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

/// The rank `steps` places after `rank` (before it, if below 0), around the order.
[[nodiscard]] inline int rank_after(int rank, int steps, int ranks, const PlanOptions& options) {
  const int position = (position_of(rank, options) + steps % ranks + ranks) % ranks;
  return rank_at(position, options);
}

/// The block that is `rank`'s.
[[nodiscard]] inline std::uint32_t block_of(int rank) { return static_cast<std::uint32_t>(rank); }

/// One independent lane for each segment, all taking the same steps.
[[nodiscard]] inline RankPlan in_each_segment(const std::vector<Step>& steps,
                                              const PlanOptions& options) {
  RankPlan plan;
  for (int lane = 0; lane < options.lanes; ++lane)
    plan.push_back({.segment = static_cast<std::uint32_t>(lane), .steps = steps});
  return plan;
}

/// The shape of plans made so: one block a rank, or one in all.
[[nodiscard]] inline PlanShape block_a_rank(int ranks, const PlanOptions& options) {
  return {.segments = static_cast<std::uint32_t>(options.lanes),
          .blocks = static_cast<std::uint32_t>(ranks)};
}
[[nodiscard]] inline PlanShape one_block(int /*ranks*/, const PlanOptions& options) {
  return {.segments = static_cast<std::uint32_t>(options.lanes), .blocks = 1};
}

}  // namespace assay::collectives
