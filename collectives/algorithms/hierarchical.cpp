#include "collectives/algorithms/hierarchical.hpp"

#include <algorithm>
#include <utility>

#include "collectives/algorithms/double_binary_tree.hpp"
#include "collectives/algorithms/nodes.hpp"
#include "collectives/algorithms/ring.hpp"

namespace assay::collectives {

namespace {

constexpr std::uint32_t trees = 2;

/// One rank's view of the nodes, where each share is `pieces` blocks.
class Seat {
 public:
  Seat(int rank, int ranks, const PlanOptions& options)
      : nodes_{ranks, options}, place_{nodes_.place_of(rank)} {}

  [[nodiscard]] int nodes() const { return nodes_.count(); }
  [[nodiscard]] int node() const { return place_.node; }
  [[nodiscard]] int number() const { return place_.number; }
  [[nodiscard]] bool has_share() const { return has_share(place_.number); }
  [[nodiscard]] bool has_share(int number) const { return number < nodes_.smallest(); }
  /// Ranks of its node.
  [[nodiscard]] int mates() const { return static_cast<int>(members().size()); }
  [[nodiscard]] int mate(int number) const { return members()[static_cast<std::size_t>(number)]; }
  /// The number of the mate `steps` after this one, around the node.
  [[nodiscard]] int number_after(int steps) const {
    return (place_.number + steps + mates()) % mates();
  }
  /// The rank that has this rank's share on another node.
  [[nodiscard]] int partner(int node) const {
    return nodes_.members(node)[static_cast<std::size_t>(place_.number)];
  }
  /// Where this rank's part of its share is when it goes across.
  [[nodiscard]] Place held() const { return mates() > 1 ? Place::output : Place::input; }

 private:
  [[nodiscard]] const std::vector<int>& members() const { return nodes_.members(place_.node); }

  Nodes nodes_;
  Nodes::Place place_;
};

std::uint32_t block_of(int share, std::uint32_t piece, std::uint32_t pieces) {
  return static_cast<std::uint32_t>(share) * pieces + piece;
}

/// Everybody hands each share to the rank that has it, which sums. Sends and receives take turns,
/// so that one slot does.
std::vector<Step> steps_in(const Seat& seat, std::uint32_t pieces) {
  std::vector<Step> steps;
  const bool completes = seat.nodes() == 1;
  if (seat.mates() == 1 && completes)
    for (std::uint32_t piece = 0; piece < pieces; ++piece)
      steps.push_back({.action = Action::copy, .completes = true, .block = piece});
  for (int round = 1; round < seat.mates(); ++round) {
    const int to = seat.number_after(round);
    for (std::uint32_t piece = 0; piece < pieces; ++piece) {
      if (seat.has_share(to))
        steps.push_back({.action = Action::send,
                         .send_to = seat.mate(to),
                         .block = block_of(to, piece, pieces)});
      if (seat.has_share())
        steps.push_back({.action = Action::receive_reduce,
                         .operand = round == 1 ? Place::input : Place::output,
                         .completes = completes && round == seat.mates() - 1,
                         .receive_from = seat.mate(seat.number_after(-round)),
                         .block = block_of(seat.number(), piece, pieces)});
    }
  }
  return steps;
}

/// Whoever has a share hands its sum to everybody on the node.
std::vector<Step> steps_out(const Seat& seat, std::uint32_t pieces) {
  std::vector<Step> steps;
  for (int round = 1; round < seat.mates(); ++round) {
    const int from = seat.number_after(-round);
    for (std::uint32_t piece = 0; piece < pieces; ++piece) {
      if (seat.has_share())
        steps.push_back({.action = Action::send,
                         .operand = Place::output,
                         .send_to = seat.mate(seat.number_after(round)),
                         .block = block_of(seat.number(), piece, pieces)});
      if (seat.has_share(from))
        steps.push_back({.action = Action::receive,
                         .receive_from = seat.mate(from),
                         .block = block_of(from, piece, pieces)});
    }
  }
  return steps;
}

/// Appends lanes that all work on one segment, each after the one before that has any steps.
void append_chain(std::uint32_t segment, std::vector<std::vector<Step>> parts, RankPlan& plan) {
  std::int32_t before = Lane::independent;
  for (std::vector<Step>& steps : parts) {
    const bool is_empty = steps.empty();
    plan.push_back({.segment = segment, .after = before, .steps = std::move(steps)});
    if (!is_empty) before = static_cast<std::int32_t>(plan.size()) - 1;
  }
}

std::vector<Step> ring_across(const Seat& seat, std::uint32_t pieces) {
  if (!seat.has_share() || seat.nodes() == 1) return {};
  const int nodes = seat.nodes();
  return ring_steps({.position = seat.node(),
                     .size = nodes,
                     .previous = seat.partner((seat.node() + nodes - 1) % nodes),
                     .next = seat.partner((seat.node() + 1) % nodes),
                     .first_block = block_of(seat.number(), 0, pieces),
                     .held = seat.held()});
}

TreeNode node_across(const Seat& seat, std::uint32_t tree) {
  TreeNode node = tree_node(static_cast<int>(tree), seat.node(), seat.nodes());
  for (auto* place : {&node.parent, &node.deep_child, &node.shallow_child})
    if (*place) *place = seat.partner(**place);
  return node;
}

}  // namespace

RankPlan hierarchical_ring_plan(int rank, int ranks, const PlanOptions& options) {
  const Seat seat{rank, ranks, options};
  const auto pieces = static_cast<std::uint32_t>(seat.nodes());
  RankPlan plan;
  for (std::uint32_t segment = 0; segment < static_cast<std::uint32_t>(options.lanes); ++segment)
    append_chain(segment,
                 {steps_in(seat, pieces), ring_across(seat, pieces), steps_out(seat, pieces)},
                 plan);
  return plan;
}

PlanShape hierarchical_ring_shape(int ranks, const PlanOptions& options) {
  const Nodes nodes{ranks, options};
  return {.segments = static_cast<std::uint32_t>(options.lanes),
          .blocks = static_cast<std::uint32_t>(nodes.smallest() * nodes.count())};
}

RankPlan hierarchical_tree_plan(int rank, int ranks, const PlanOptions& options) {
  const Seat seat{rank, ranks, options};
  const bool goes_across = seat.has_share() && seat.nodes() > 1;
  const auto share = static_cast<std::uint32_t>(seat.number());
  RankPlan plan;
  for (std::uint32_t segment = 0; segment < trees * static_cast<std::uint32_t>(options.lanes);
       ++segment) {
    std::vector<Step> up;
    std::vector<Step> down;
    if (goes_across) {
      const TreeNode node = node_across(seat, segment % trees);
      up = tree_up_steps(node, seat.held(), share);
      down = tree_down_steps(node, share);
    }
    append_chain(segment, {steps_in(seat, 1), std::move(up), std::move(down), steps_out(seat, 1)},
                 plan);
  }
  return plan;
}

PlanShape hierarchical_tree_shape(int ranks, const PlanOptions& options) {
  return {.segments = trees * static_cast<std::uint32_t>(options.lanes),
          .blocks = static_cast<std::uint32_t>(Nodes{ranks, options}.smallest())};
}

std::optional<std::string> why_not_hierarchical(int ranks, const PlanOptions& options) {
  const Nodes nodes{ranks, options};
  if (nodes.count() == 1) return "all ranks are on one node";
  if (nodes.count() == ranks) return "every rank is on a node of its own";
  return std::nullopt;
}

}  // namespace assay::collectives
