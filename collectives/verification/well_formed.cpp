#include "collectives/verification/well_formed.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace assay::collectives {

namespace {

using Defect = std::optional<std::string>;

/// What is wrong with a step's peer, which must be there exactly if `wanted`.
Defect peer_defect(std::string_view role, std::int32_t peer, bool wanted, int rank, int ranks) {
  if (!wanted) {
    if (peer == Step::no_peer) return std::nullopt;
    return fmt::format("names a rank to {} but does not", role);
  }
  if (peer == Step::no_peer) return fmt::format("names no rank to {}", role);
  if (peer < 0 || peer >= ranks)
    return fmt::format("names rank {} to {}; ranks are 0 to {}", peer, role, ranks - 1);
  if (peer == rank) return fmt::format("names its own rank to {}", role);
  return std::nullopt;
}

Defect place_defect(const Step& step) {
  if (has_operand(step.action) && step.operand == Place::nowhere)
    return "reads its operand nowhere";
  if (writes(step, Place::input)) return "writes to its input";
  const bool may_drop =
      step.action == Action::receive_reduce_send || step.action == Action::receive_send;
  if (writes(step, Place::nowhere) && !may_drop) return "leaves its result nowhere";
  if (step.action == Action::copy && step.operand == step.target) return "copies a place to itself";
  return std::nullopt;
}

Defect completion_defect(const Step& step, const Plan& plan) {
  if (!step.completes) return std::nullopt;
  if (!info(plan.operation).reduces) return "completes a sum where nothing is summed";
  if (!reduces(step.action) && step.action != Action::copy)
    return "completes a sum that it adds nothing to";
  return std::nullopt;
}

/// What is wrong with the blocks of the user's buffers that a step reads and writes.
Defect buffer_defect(const Step& step, int rank, const Plan& plan) {
  const OperationInfo& operation = info(plan.operation);
  const auto is_held = [&](Part part) {
    if (part == Part::own) return step.block == static_cast<std::uint32_t>(rank);
    return part == Part::whole || rank == plan.root;
  };
  if (reads(step, Place::input) && !is_held(operation.input))
    return fmt::format("reads block {} of an input that has none such", step.block);
  const bool uses_output = writes(step, Place::output) || reads(step, Place::output);
  if (uses_output && !is_held(operation.output))
    return fmt::format("uses block {} of an output that has none such", step.block);
  return std::nullopt;
}

/// What is wrong with a step where blocks have lengths of their own.
Defect length_defect(const Step& step, int rank, const Plan& plan) {
  if (plan.weights.are_equal()) return std::nullopt;
  if (reads(step, Place::scratch) || writes(step, Place::scratch))
    return "uses scratch, where blocks have no lengths of their own";
  const auto weight = [&](Side side) {
    return plan.weights.weight(side, rank, static_cast<int>(step.block));
  };
  const bool uses_output = writes(step, Place::output) || reads(step, Place::output);
  if (reads(step, Place::input) && uses_output && weight(Side::input) != weight(Side::output))
    return fmt::format("uses block {} of input and output, which differ in length", step.block);
  return std::nullopt;
}

Defect step_defect(const Step& step, int rank, const Plan& plan) {
  const int ranks = plan.rank_count();
  if (auto defect =
          peer_defect("receive from", step.receive_from, receives(step.action), rank, ranks))
    return defect;
  if (auto defect = peer_defect("send to", step.send_to, sends(step.action), rank, ranks))
    return defect;
  if (step.block >= plan.shape.blocks)
    return fmt::format("names block {} of {}", step.block, plan.shape.blocks);
  if (auto defect = place_defect(step)) return defect;
  if (auto defect = completion_defect(step, plan)) return defect;
  if (auto defect = length_defect(step, rank, plan)) return defect;
  return buffer_defect(step, rank, plan);
}

/// True if each chunk of `later` starts after that chunk of `earlier` is done. A lane without steps
/// counts as done from the start: no order passes through it.
bool is_after(const RankPlan& plan, std::size_t later, std::size_t earlier) {
  std::size_t lane = later;
  for (std::size_t hops = 0; hops < plan.size(); ++hops) {
    if (plan[lane].after == Lane::independent || plan[lane].steps.empty()) return false;
    lane = static_cast<std::size_t>(plan[lane].after);
    if (lane == earlier) return true;
  }
  return false;
}

Defect after_defect(const RankPlan& plan, std::size_t number) {
  const std::int32_t after = plan[number].after;
  if (after == Lane::independent) return std::nullopt;
  if (after < 0 || static_cast<std::size_t>(after) >= plan.size())
    return fmt::format("comes after lane {} of {}", after, plan.size());
  return std::nullopt;
}

/// What is wrong with a lane beside the others of its rank. Precondition: every `after` exists.
Defect sharing_defect(const RankPlan& plan, std::size_t number) {
  if (is_after(plan, number, number)) return "comes after itself";
  for (std::size_t other = 0; other < number; ++other) {
    const bool share = plan[other].segment == plan[number].segment && !plan[other].steps.empty() &&
                       !plan[number].steps.empty();
    if (share && !is_after(plan, number, other) && !is_after(plan, other, number))
      return fmt::format("shares segment {} with lane {} and neither comes after the other",
                         plan[number].segment, other);
  }
  return std::nullopt;
}

Defect lane_defect(const Plan& plan, int rank, std::size_t number) {
  const RankPlan& lanes = plan.ranks[static_cast<std::size_t>(rank)];
  const Lane& lane = lanes[number];
  if (lane.segment >= plan.shape.segments)
    return fmt::format("rank {} lane {} names segment {} of {}", rank, number, lane.segment,
                       plan.shape.segments);
  for (std::size_t step = 0; step < lane.steps.size(); ++step)
    if (const auto defect = step_defect(lane.steps[step], rank, plan))
      return fmt::format("rank {} lane {} step {} {}", rank, number, step, *defect);
  return std::nullopt;
}

template <class Check>
Defect first_of_lanes(const RankPlan& plan, int rank, Check check) {
  for (std::size_t number = 0; number < plan.size(); ++number)
    if (const auto defect = check(plan, number))
      return fmt::format("rank {} lane {} {}", rank, number, *defect);
  return std::nullopt;
}

Defect rank_defect(const Plan& plan, int rank) {
  const RankPlan& lanes = plan.ranks[static_cast<std::size_t>(rank)];
  for (std::size_t number = 0; number < lanes.size(); ++number)
    if (auto defect = lane_defect(plan, rank, number)) return defect;
  if (auto defect = first_of_lanes(lanes, rank, after_defect)) return defect;
  return first_of_lanes(lanes, rank, sharing_defect);
}

}  // namespace

std::optional<std::string> find_malformed(const Plan& plan) {
  if (plan.ranks.empty()) return "the plan has no ranks";
  if (plan.shape.segments == 0 || plan.shape.blocks == 0) return "the plan's shape has no blocks";
  const int ranks = plan.rank_count();
  if (info(plan.operation).has_blocks && plan.shape.blocks != plan.ranks.size())
    return fmt::format("the plan has {} blocks for {} ranks", plan.shape.blocks, ranks);
  if (plan.root < 0 || plan.root >= ranks)
    return fmt::format("the root is rank {}; ranks are 0 to {}", plan.root, ranks - 1);
  if (!plan.weights.are_equal() && !info(plan.operation).has_weights)
    return fmt::format("{} has no blocks of lengths of their own", info(plan.operation).name);
  if (!plan.weights.are_equal() && plan.weights.ranks() != ranks)
    return fmt::format("the weights are of {} ranks; there are {}", plan.weights.ranks(), ranks);
  for (int rank = 0; rank < plan.rank_count(); ++rank)
    if (auto defect = rank_defect(plan, rank)) return defect;
  return std::nullopt;
}

}  // namespace assay::collectives
