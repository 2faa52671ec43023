#include "collectives/algorithms/double_binary_tree.hpp"

#include <bit>

#include "collectives/algorithms/rank_order.hpp"

namespace assay::collectives {

namespace {

constexpr int trees = 2;

// An in-order binary tree over labels 1..ranks: a label's lowest set bit is its level, so that odd
// labels are the leaves and the largest power of two is the root.

int lowest_bit(int label) { return label & -label; }

std::optional<int> parent_label(int label, int ranks) {
  if (label == static_cast<int>(std::bit_floor(static_cast<unsigned>(ranks)))) return std::nullopt;
  const int bit = lowest_bit(label);
  const int above = (label ^ bit) | (bit << 1);
  return above <= ranks ? above : label ^ bit;  // the right edge of the tree has gaps
}

std::optional<int> left_label(int label) {
  const int half = lowest_bit(label) >> 1;
  if (half == 0) return std::nullopt;
  return label - half;
}

std::optional<int> right_label(int label, int ranks) {
  for (int half = lowest_bit(label) >> 1; half > 0; half >>= 1)
    if (label + half <= ranks) return label + half;
  return std::nullopt;
}

/// The second tree's labels make positions of the other parity its inner nodes.
int label_of(int tree, int position, int ranks) {
  if (tree == 0) return position + 1;
  if (ranks % 2 == 0) return ranks - position;
  return position == 0 ? ranks : position;
}

int position_of_label(int tree, int label, int ranks) {
  if (tree == 0) return label - 1;
  if (ranks % 2 == 0) return ranks - label;
  return label == ranks ? 0 : label;
}

/// A tree node with ranks in place of positions.
TreeNode to_ranks(TreeNode node, const PlanOptions& options) {
  for (auto* place : {&node.parent, &node.deep_child, &node.shallow_child})
    if (*place) *place = rank_at(**place, options);
  return node;
}

}  // namespace

TreeNode tree_node(int tree, int position, int ranks) {
  const int label = label_of(tree, position, ranks);
  const auto position_at = [=](std::optional<int> other) {
    if (other) other = position_of_label(tree, *other, ranks);
    return other;
  };
  return {.parent = position_at(parent_label(label, ranks)),
          .deep_child = position_at(left_label(label)),
          .shallow_child = position_at(right_label(label, ranks))};
}

std::vector<Step> tree_up_steps(const TreeNode& node, Place held, std::uint32_t block) {
  if (!node.is_inner())
    return {
        {.action = Action::send, .operand = held, .send_to = node.parent.value(), .block = block}};
  std::vector<Step> steps;
  if (node.shallow_child) {
    steps.push_back({.action = Action::receive_reduce,
                     .operand = held,
                     .receive_from = *node.shallow_child,
                     .block = block});
    held = Place::output;
  }
  steps.push_back({.action = node.parent ? Action::receive_reduce_send : Action::receive_reduce,
                   .operand = held,
                   .target = node.parent ? Place::nowhere : Place::output,
                   .completes = !node.parent,
                   .receive_from = *node.deep_child,
                   .send_to = node.parent.value_or(Step::no_peer),
                   .block = block});
  return steps;
}

std::vector<Step> tree_down_steps(const TreeNode& node, std::uint32_t block) {
  std::vector<Step> steps;
  if (!node.is_inner()) {
    steps.push_back(
        {.action = Action::receive, .receive_from = node.parent.value(), .block = block});
  } else if (node.parent) {
    steps.push_back({.action = Action::receive_send,
                     .receive_from = *node.parent,
                     .send_to = *node.deep_child,
                     .block = block});
  } else {
    steps.push_back({.action = Action::send,
                     .operand = Place::output,
                     .send_to = *node.deep_child,
                     .block = block});
  }
  if (node.shallow_child)
    steps.push_back({.action = Action::send,
                     .operand = Place::output,
                     .send_to = *node.shallow_child,
                     .block = block});
  return steps;
}

RankPlan double_binary_tree_plan(int rank, int ranks, const PlanOptions& options) {
  const int position = position_of(rank, options);
  const PlanShape shape = double_binary_tree_shape(ranks, options);
  RankPlan plan;
  for (std::uint32_t segment = 0; segment < shape.segments; ++segment) {
    const auto up_lane = static_cast<std::int32_t>(plan.size());
    const TreeNode node =
        to_ranks(tree_node(static_cast<int>(segment % trees), position, ranks), options);
    const bool alone = ranks == 1;
    plan.push_back({.segment = segment,
                    .steps = alone ? std::vector{Step{.action = Action::copy, .completes = true}}
                                   : tree_up_steps(node)});
    plan.push_back({.segment = segment,
                    .after = up_lane,
                    .steps = alone ? std::vector<Step>{} : tree_down_steps(node)});
  }
  return plan;
}

PlanShape double_binary_tree_shape(int /*ranks*/, const PlanOptions& options) {
  return {.segments = static_cast<std::uint32_t>(trees * options.lanes), .blocks = 1};
}

}  // namespace assay::collectives
