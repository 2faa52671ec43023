#pragma once

#include <cstdint>
#include <optional>
#include <vector>

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

// What a node of a tree does for one block, its own part of which it holds at first in `held`.
// Here a TreeNode names ranks.

/// Sums up to the root. The shallow subtree is ready first.
/// Precondition: the tree has more than one node.
[[nodiscard]] std::vector<Step> tree_up_steps(const TreeNode& node, Place held = Place::input,
                                              std::uint32_t block = 0);
/// Hands the root's sum down. The deep subtree has the longer way.
[[nodiscard]] std::vector<Step> tree_down_steps(const TreeNode& node, std::uint32_t block = 0);

/// All-reduce up and down two trees, chunk after chunk.
/// Shape   two segments (one a tree) for each of `lanes`, one block; for each segment two lanes:
///         2s sums up to the root, 2s+1 hands the sum down.
/// Cost    a chain of 2 floor(log2 n) messages; each rank sends at most twice the data.
/// Needs   one slot in flight.
/// Order   the root's: the same for all.
[[nodiscard]] RankPlan double_binary_tree_plan(int rank, int ranks, const PlanOptions& options);
[[nodiscard]] PlanShape double_binary_tree_shape(int ranks, const PlanOptions& options);

}  // namespace assay::collectives
