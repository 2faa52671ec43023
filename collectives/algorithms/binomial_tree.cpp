#include "collectives/algorithms/binomial_tree.hpp"

#include <optional>

#include "collectives/algorithms/rank_order.hpp"

namespace assay::collectives {

namespace {

struct Node {
  std::optional<int> parent;
  std::vector<int> children;  ///< the smallest subtree first
};

Node node_of(int rank, int ranks, const PlanOptions& options) {
  const int root_position = position_of(options.root, options);
  const int place = (position_of(rank, options) - root_position + ranks) % ranks;
  const auto rank_of = [&](int at) { return rank_after(options.root, at, ranks, options); };
  Node node;
  for (int bit = 1; place + bit < ranks && (place & bit) == 0; bit <<= 1)
    node.children.push_back(rank_of(place + bit));
  if (place > 0) node.parent = rank_of(place & (place - 1));
  return node;
}

}  // namespace

RankPlan tree_broadcast_plan(int rank, int ranks, const PlanOptions& options) {
  Node node = node_of(rank, ranks, options);
  std::vector<Step> steps;
  if (!node.parent) {
    steps.push_back({.action = Action::copy});
  } else if (node.children.empty()) {
    steps.push_back({.action = Action::receive, .receive_from = *node.parent});
  } else {
    steps.push_back({.action = Action::receive_send,
                     .receive_from = *node.parent,
                     .send_to = node.children.back()});
    node.children.pop_back();
  }
  for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
    steps.push_back({.action = Action::send, .operand = Place::output, .send_to = *child});
  return in_each_segment(steps, options);
}

RankPlan tree_reduce_plan(int rank, int ranks, const PlanOptions& options) {
  const Node node = node_of(rank, ranks, options);
  if (node.children.empty()) {
    const Step alone = node.parent ? Step{.action = Action::send, .send_to = *node.parent}
                                   : Step{.action = Action::copy, .completes = true};
    return in_each_segment({alone}, options);
  }
  std::vector<Step> steps;
  Place sum = Place::input;
  for (const int child : node.children) {
    const bool is_last = child == node.children.back();
    Step step{.action = Action::receive_reduce,
              .operand = sum,
              .target = Place::scratch,
              .receive_from = child};
    if (is_last && node.parent) {
      step.action = Action::receive_reduce_send;
      step.target = Place::nowhere;
      step.send_to = *node.parent;
    } else if (is_last) {
      step.target = Place::output;
      step.completes = true;
    }
    steps.push_back(step);
    sum = Place::scratch;
  }
  return in_each_segment(steps, options);
}

}  // namespace assay::collectives
