#pragma once

#include "collectives/algorithm.hpp"

namespace assay::collectives {

/// All-reduce around a ring: each block travels once around to be summed and once more to be handed
/// out. Every lane is a ring of its own over its segment of the buffer.
/// Shape   one segment a lane, one block a rank; one copy if there is one rank only.
/// Cost    per chunk and lane 2(n-1) messages a rank, one after the other; 2(n-1)/n of the data
///         sent by each rank.
/// Needs   two slots in flight: with one, all ranks hold a message while they wait for the next
///         rank to free the only slot, which holds the one that it waits to pass on.
/// Order   a block is summed in ring order, starting at the rank of its number: the same for all.
/// Source  Patarasuk & Yuan, JPDC 2009.
[[nodiscard]] RankPlan ring_plan(int rank, int ranks, const PlanOptions& options);
[[nodiscard]] PlanShape ring_shape(int ranks, const PlanOptions& options);

}  // namespace assay::collectives
