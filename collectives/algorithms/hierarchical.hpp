#pragma once

#include <optional>
#include <string>

#include "collectives/algorithm.hpp"

namespace assay::collectives {

// All-reduce over nodes of several ranks each, as one plan: inside each node the ranks sum, each
// its share of the data (a direct reduce-scatter); the ranks that have one share, one on each node,
// sum it across nodes; inside each node all get all shares (a direct all-gather). A share is never
// on more than one link out of a node, and with a network device for each rank of a node all of
// them are busy. The three parts of a chunk are lanes that come after each other, so that chunks
// follow one another through them.
//
// There are as many shares as the smallest node has ranks; on larger nodes the others only hand in
// and get. Without nodes (PlanOptions::node_of empty) all ranks are on one.
//
// Cost    inside a node of k ranks, with m shares: (m-1)/m + (k-1)/m of the data sent by each rank
//         that has one. Across N nodes, of 1/m of the data: what a ring or a double binary tree of
//         N costs.
// Order   each share is summed on one rank of a node, and across nodes in one order: the same for
//         all.

/// Across nodes a ring.
/// Cost    inside a node N messages to each other rank each way, as a share has N blocks.
/// Shape   one segment a lane, N blocks a share. For each segment three lanes: inside, across,
///         inside.
/// Needs   two slots in flight.
[[nodiscard]] RankPlan hierarchical_ring_plan(int rank, int ranks, const PlanOptions& options);
[[nodiscard]] PlanShape hierarchical_ring_shape(int ranks, const PlanOptions& options);

/// Across nodes a double binary tree.
/// Cost    inside a node one message to each other rank each way.
/// Shape   two segments (one a tree) for each of `lanes`, one block a share. For each segment four
///         lanes: inside, up, down, inside.
/// Needs   one slot in flight.
[[nodiscard]] RankPlan hierarchical_tree_plan(int rank, int ranks, const PlanOptions& options);
[[nodiscard]] PlanShape hierarchical_tree_shape(int ranks, const PlanOptions& options);

/// Why these two are nothing of their own for such nodes, if so.
[[nodiscard]] std::optional<std::string> why_not_hierarchical(int ranks,
                                                              const PlanOptions& options);

}  // namespace assay::collectives
