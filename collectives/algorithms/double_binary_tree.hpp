#pragma once

#include <optional>

#include "collectives/algorithm.hpp"

namespace assay::collectives {

/// Where one rank stands in one of the two trees. All are positions in the order of ranks.
struct TreeNode {
  std::optional<int> parent;
  std::optional<int> deep_child;     ///< root of the subtree that is at least as deep
  std::optional<int> shallow_child;  ///< only beside a deep one

  [[nodiscard]] bool is_inner() const { return deep_child.has_value(); }
  friend bool operator==(const TreeNode&, const TreeNode&) = default;
};

/// Two binary trees over the positions 0..ranks-1, at most floor(log2 ranks) edges deep. Each
/// position is an inner node of at most one of them, so that each rank's link is used to the full
/// in both directions when each tree carries half of the data.
/// Source  Sanders, Speck & Traeff, Parallel Computing 2009; in NCCL's manner: the second tree is
///         the first one shifted by one rank (odd) or mirrored (even number of ranks). NCCL puts
///         rank 0 above the in-order tree, which makes it an inner node twice; here it is a part
///         of the in-order tree.
/// Precondition: 0 <= position < ranks, tree is 0 or 1.
[[nodiscard]] TreeNode tree_node(int tree, int position, int ranks);

/// All-reduce up and down two trees, chunk after chunk.
/// Shape   two segments (one a tree) for each of `lanes`, one block; for each segment two lanes:
///         2s sums up to the root, 2s+1 hands the sum down.
/// Cost    a chain of 2 floor(log2 n) messages; each rank sends at most twice the data.
/// Needs   one slot in flight.
/// Order   the root's: the same for all.
[[nodiscard]] RankPlan double_binary_tree_plan(int rank, int ranks, const PlanOptions& options);
[[nodiscard]] PlanShape double_binary_tree_shape(int ranks, const PlanOptions& options);

}  // namespace assay::collectives
