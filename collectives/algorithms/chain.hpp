#pragma once

#include "collectives/algorithm.hpp"

namespace assay::collectives {

// A chain that begins at the root and follows the order of ranks. One block, one slot in flight;
// chunks follow one another down the chain.

/// Broadcast from one rank to the next.
/// Cost    n-1 messages in a row for the first chunk, one more for each further one; every rank
///         sends the data once at most.
/// Source  van de Geijn & Watts 1997, and others before: the pipelined linear algorithm.
[[nodiscard]] RankPlan chain_broadcast_plan(int rank, int ranks, const PlanOptions& options);

/// Reduce from the chain's end to the root.
/// Cost    the same the other way.
[[nodiscard]] RankPlan chain_reduce_plan(int rank, int ranks, const PlanOptions& options);

}  // namespace assay::collectives
