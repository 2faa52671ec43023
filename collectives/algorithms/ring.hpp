#pragma once

#include <cstdint>
#include <vector>

#include "collectives/algorithm.hpp"

namespace assay::collectives {

// Every lane is a ring of its own over its segment. Shape: one segment a lane, one block a rank;
// one copy if there is one rank only.

/// All-reduce around a ring: each block travels once around to be summed and once more to be handed
/// out.
/// Cost    per chunk and lane 2(n-1) messages a rank, one after the other; 2(n-1)/n of the data
///         sent by each rank.
/// Needs   two slots in flight: with one, all ranks hold a message while they wait for the next
///         rank to free the only slot, which holds the one that it waits to pass on.
/// Order   a block is summed in ring order, starting at the rank of its number: the same for all.
/// Source  Patarasuk & Yuan, JPDC 2009.
[[nodiscard]] RankPlan ring_plan(int rank, int ranks, const PlanOptions& options);

/// Where a rank stands in a ring that all-reduces blocks first_block to first_block + size - 1.
struct RingPlace {
  int position = 0;
  int size = 1;
  int previous = 0;  ///< rank
  int next = 0;      ///< rank
  std::uint32_t first_block = 0;
  Place held = Place::input;  ///< where this rank's own part of the sum is
};
/// What that rank does, as in ring_plan. Precondition: size >= 2.
[[nodiscard]] std::vector<Step> ring_steps(const RingPlace& ring);

/// The first half of it: every block travels once around and ends, summed, on its own rank.
/// Cost    n-1 messages a rank, one after the other; (n-1)/n of the data sent by each.
/// Needs   two slots in flight (from three ranks on).
[[nodiscard]] RankPlan ring_reduce_scatter_plan(int rank, int ranks, const PlanOptions& options);

/// The second half: every rank's block travels around to all others.
/// Cost and slots as of the first half.
[[nodiscard]] RankPlan ring_all_gather_plan(int rank, int ranks, const PlanOptions& options);

/// Every rank's buffer moves on to the next rank. One block.
/// Cost    one message.
[[nodiscard]] RankPlan ring_send_recv_plan(int rank, int ranks, const PlanOptions& options);

}  // namespace assay::collectives
