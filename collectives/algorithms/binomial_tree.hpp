#pragma once

#include "collectives/algorithm.hpp"

namespace assay::collectives {

// A binomial tree below the root: the rank at place p from the root hangs below the one at the
// place that p has without its lowest bit. One block, one slot in flight.

/// Broadcast down the tree.
/// Cost    a chain of at most ceil(log2 n) messages; the root sends as many times the data.
[[nodiscard]] RankPlan tree_broadcast_plan(int rank, int ranks, const PlanOptions& options);

/// Reduce up the tree.
/// Cost    the same the other way.
[[nodiscard]] RankPlan tree_reduce_plan(int rank, int ranks, const PlanOptions& options);

}  // namespace assay::collectives
