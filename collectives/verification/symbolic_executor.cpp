#include "collectives/verification/symbolic_executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace assay::collectives {

SymbolicExecutor::SymbolicExecutor(const Plan& plan, std::span<const Contribution> inputs,
                                   int slots)
    : plan_{plan},
      inputs_{inputs},
      index_{plan},
      channels_{plan, index_, static_cast<std::uint32_t>(slots), 1},
      slots_{slots},
      blocks_{std::size_t{plan.shape.segments} * plan.shape.blocks},
      outputs_(blocks_ * plan.ranks.size()),
      scratch_(index_.size()) {
  lanes_.reserve(index_.size());
  for (int rank = 0; rank < plan.rank_count(); ++rank)
    for (const Lane& lane : plan.ranks[static_cast<std::size_t>(rank)])
      lanes_.push_back({.lane = &lane, .rank = rank, .from = {}, .to = {}});
}

std::optional<std::string> SymbolicExecutor::run() {
  for (std::size_t lane = lanes_.size(); lane > 0; --lane) wake(lane - 1);
  while (!ready_.empty() && !defect_) {
    const std::size_t lane = ready_.back();
    ready_.pop_back();
    lanes_[lane].queued = false;
    advance(lane);
  }
  if (!defect_) defect_ = endless_wait();
  if (!defect_) defect_ = left_over();
  return defect_;
}

std::span<const Contribution> SymbolicExecutor::output(int rank) const {
  return std::span{outputs_}.subspan(static_cast<std::size_t>(rank) * blocks_, blocks_);
}

void SymbolicExecutor::advance(std::size_t lane) {
  LaneState& state = lanes_[lane];
  if (state.done() || !may_start(lane)) return;
  while (!state.done()) {
    if (!take(lane)) return;
    ++state.step;
    ++steps_;
  }
  depth_ = std::max(depth_, state.depth);
  wake_followers(lane);
}

bool SymbolicExecutor::may_start(std::size_t lane) {
  LaneState& state = lanes_[lane];
  if (state.step > 0 || state.lane->after == Lane::independent) return true;
  const LaneState& before =
      lanes_[index_.first(state.rank) + static_cast<std::size_t>(state.lane->after)];
  if (before.done()) state.depth = std::max(state.depth, before.depth);
  return before.done();
}

/// Takes a lane's next step if its message has come and there is room for what it sends. Both must
/// be at hand at once: an executor may write its result straight into the slot.
bool SymbolicExecutor::take(std::size_t lane) {
  LaneState& state = lanes_[lane];
  const Step& step = state.lane->steps[state.step];
  resolve(state, step);
  if (receives(step.action)) {
    if (!state.from.channel) return false;
    auto& from = channels_[*state.from.channel];
    from.receiver_waits = from.in_flight == 0;
    if (from.receiver_waits) return false;
  }
  if (sends(step.action)) {
    auto& to = channels_[*state.to.channel];
    to.sender_waits = to.in_flight == to.room;
    if (to.sender_waits) return false;
  }

  if (receives(step.action))
    state.depth = std::max(state.depth, channels_.front(*state.from.channel).depth);
  const auto value = evaluate(lane, step);
  if (!value) return false;
  if (receives(step.action)) {
    channels_.pop(*state.from.channel);
    auto& from = channels_[*state.from.channel];
    if (std::exchange(from.sender_waits, false)) wake(from.sender);
  }
  if (sends(step.action)) {
    channels_.push(*state.to.channel, {*value, state.lane->segment, step.block, state.step,
                                       state.depth + 1, weight_of(state, step)});
    auto& to = channels_[*state.to.channel];
    if (std::exchange(to.receiver_waits, false)) wake(index_.find(to.to, lane_number(state)));
  }
  return true;
}

std::optional<Contribution> SymbolicExecutor::evaluate(std::size_t lane, const Step& step) {
  const LaneState& state = lanes_[lane];
  std::optional<Contribution> value;
  if (receives(step.action)) {
    const Message& message = channels_.front(*state.from.channel);
    if (!check_addressee(state, step, message)) return std::nullopt;
    value = message.value;
  } else if (step.action == Action::reduce) {
    value = read(lane, step, Place::input);
    if (!value) return std::nullopt;
  }
  if (has_operand(step.action)) {
    const auto mine = read(lane, step, step.operand);
    if (!mine) return std::nullopt;
    value = value ? sum(state, *value, *mine) : mine;
    if (!value) return std::nullopt;
  }
  if (step.completes) {
    if (value->complete) {
      defect_ = fmt::format("{} completes a sum that was complete already", describe(state));
      return std::nullopt;
    }
    value->complete = true;
  }
  if (writes(step, Place::output)) output_block(state, step) = *value;
  if (writes(step, Place::scratch)) scratch_block(lane, step) = *value;
  return value;
}

std::optional<Contribution> SymbolicExecutor::sum(const LaneState& state, const Contribution& left,
                                                  const Contribution& right) {
  if (!left.complete && !right.complete) return left + right;
  defect_ = fmt::format("{} adds to a sum that is complete", describe(state));
  return std::nullopt;
}

std::optional<Contribution> SymbolicExecutor::read(std::size_t lane, const Step& step,
                                                   Place place) {
  const LaneState& state = lanes_[lane];
  if (place == Place::input) {
    if (!output_block(state, step).exists())
      return of_block(inputs_[static_cast<std::size_t>(state.rank)], step.block);
    defect_ = fmt::format(
        "{} reads block {} of its input after its output was written: in place "
        "they are the same",
        describe(state), step.block);
    return std::nullopt;
  }
  const Contribution& held =
      place == Place::output ? output_block(state, step) : scratch_block(lane, step);
  if (held.exists()) return held;
  defect_ = fmt::format("{} reads block {} of its {} before anything was written there",
                        describe(state), step.block, place == Place::output ? "output" : "scratch");
  return std::nullopt;
}

bool SymbolicExecutor::check_addressee(const LaneState& state, const Step& step,
                                       const Message& message) {
  // Both ends must cut the message alike. That it is the right block, its contribution says.
  const bool same_length = info(plan_.operation).has_blocks
                               ? message.weight == weight_of(state, step)
                               : message.block == step.block;
  if (message.segment == state.lane->segment && same_length) return true;
  defect_ = fmt::format(
      "{} takes segment {} block {} for what step {} of rank {} sent of segment {} block {}",
      describe(state), state.lane->segment, step.block, message.step, step.receive_from,
      message.segment, message.block);
  return false;
}

std::uint64_t SymbolicExecutor::weight_of(const LaneState& state, const Step& step) const {
  const Side side = reads(step, Place::input) ? Side::input : Side::output;
  return plan_.weights.weight(side, state.rank, static_cast<int>(step.block));
}

Contribution& SymbolicExecutor::output_block(const LaneState& state, const Step& step) {
  return outputs_[static_cast<std::size_t>(state.rank) * blocks_ +
                  std::size_t{state.lane->segment} * plan_.shape.blocks + step.block];
}

Contribution& SymbolicExecutor::scratch_block(std::size_t lane, const Step& step) {
  auto& blocks = scratch_[lane];
  if (blocks.empty()) blocks.resize(plan_.shape.blocks);
  return blocks[step.block];
}

void SymbolicExecutor::wake(std::optional<std::size_t> lane) {
  if (!lane || lanes_[*lane].queued) return;
  lanes_[*lane].queued = true;
  ready_.push_back(*lane);
}

void SymbolicExecutor::wake_followers(std::size_t lane) {
  const LaneState& state = lanes_[lane];
  const auto number = static_cast<std::int32_t>(lane_number(state));
  const RankPlan& all = plan_.ranks[static_cast<std::size_t>(state.rank)];
  for (std::size_t other = 0; other < all.size(); ++other)
    if (all[other].after == number) wake(index_.first(state.rank) + other);
}

void SymbolicExecutor::resolve(LaneState& state, const Step& step) {
  if (receives(step.action) && state.from.peer != step.receive_from) {
    const auto sender = index_.find(step.receive_from, lane_number(state));
    state.from = {step.receive_from, sender ? channels_.find(*sender, state.rank) : std::nullopt};
  }
  if (sends(step.action) && state.to.peer != step.send_to)
    state.to = {step.send_to,
                channels_.find(index_.first(state.rank) + lane_number(state), step.send_to)};
}

std::size_t SymbolicExecutor::lane_number(const LaneState& state) const {
  return static_cast<std::size_t>(&state - lanes_.data()) - index_.first(state.rank);
}

std::string SymbolicExecutor::describe(const LaneState& state) const {
  return fmt::format("rank {} lane {} step {}", state.rank, lane_number(state), state.step);
}

SymbolicExecutor::Wait SymbolicExecutor::wait_of(std::size_t lane) {
  LaneState& state = lanes_[lane];
  const Step& step = state.lane->steps[state.step];
  if (!may_start(lane)) {
    const std::int32_t after = state.lane->after;
    return {fmt::format("lane {} of its own rank", after),
            index_.first(state.rank) + static_cast<std::size_t>(after)};
  }
  resolve(state, step);
  const bool no_message = receives(step.action) &&
                          (!state.from.channel || channels_[*state.from.channel].in_flight == 0);
  if (no_message)
    return {fmt::format("rank {}, of whom no message comes", step.receive_from),
            index_.find(step.receive_from, lane_number(state))};
  return {fmt::format("rank {}, which takes none of the messages in all {} slots", step.send_to,
                      slots_),
          index_.find(step.send_to, lane_number(state))};
}

/// Follows a blocked lane to the one that is at the bottom of it: whose peer is done, or one of a
/// circle of lanes that wait for one another.
std::optional<std::string> SymbolicExecutor::endless_wait() {
  const auto blocked = std::ranges::find_if(lanes_, [](const LaneState& s) { return !s.done(); });
  if (blocked == lanes_.end()) return std::nullopt;
  auto lane = static_cast<std::size_t>(blocked - lanes_.begin());
  std::vector<bool> seen(lanes_.size(), false);
  Wait wait = wait_of(lane);
  while (!seen[lane] && wait.lane && !lanes_[*wait.lane].done()) {
    seen[lane] = true;
    lane = *wait.lane;
    wait = wait_of(lane);
  }
  return fmt::format("{} waits for ever for {}", describe(lanes_[lane]), wait.reason);
}

std::optional<std::string> SymbolicExecutor::left_over() {
  for (std::size_t number = 0; number < channels_.size(); ++number) {
    const auto& channel = channels_[number];
    if (channel.in_flight == 0) continue;
    const LaneState& sender = lanes_[channel.sender];
    return fmt::format("rank {} lane {} step {} sends rank {} a message that it never receives",
                       sender.rank, lane_number(sender), channels_.front(number).step, channel.to);
  }
  return std::nullopt;
}

}  // namespace assay::collectives
