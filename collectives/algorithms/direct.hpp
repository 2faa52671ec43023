#pragma once

#include "collectives/algorithm.hpp"

namespace assay::collectives {

// Everybody talks to everybody, starting with the rank after its own, so that no rank is
// everybody's first. One slot in flight is enough. One rank alone copies.

/// All-reduce in one step: every rank sends its whole buffer to all others and sums what it gets.
/// Shape   one block.
/// Cost    one message to each peer, all at once; (n-1) times the data sent by each rank.
/// Order   0, 1, 2, ... in the order of ranks: the same for all.
[[nodiscard]] RankPlan one_shot_plan(int rank, int ranks, const PlanOptions& options);

/// All-reduce in two steps: the direct reduce-scatter, then the direct all-gather of its results.
/// Shape   one block a rank.
/// Cost    two messages to each peer; 2(n-1)/n of the data sent by each rank.
/// Order   each block is summed on one rank only: the same for all.
[[nodiscard]] RankPlan two_shot_plan(int rank, int ranks, const PlanOptions& options);

/// Every rank sends each block to the rank it belongs to, which sums.
/// Cost    one message to each peer; (n-1)/n of the data sent by each rank.
[[nodiscard]] RankPlan direct_reduce_scatter_plan(int rank, int ranks, const PlanOptions& options);

/// Every rank sends its block to all others.
/// Cost    one message to each peer; (n-1)/n of the data sent by each rank.
[[nodiscard]] RankPlan direct_all_gather_plan(int rank, int ranks, const PlanOptions& options);

/// Every rank sends its block to the root.
[[nodiscard]] RankPlan direct_gather_plan(int rank, int ranks, const PlanOptions& options);

/// The root sends each rank its block.
[[nodiscard]] RankPlan direct_scatter_plan(int rank, int ranks, const PlanOptions& options);

/// Pairs exchange their blocks: in round k those whose places in the order add up to k modulo n.
/// Cost    n-1 messages; (n-1)/n of the data sent by each rank (with weights: all but its own
/// block).
[[nodiscard]] RankPlan pairwise_all_to_all_plan(int rank, int ranks, const PlanOptions& options);

}  // namespace assay::collectives
