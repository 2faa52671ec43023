#include "collectives/host_executor.hpp"

#include <algorithm>
#include <utility>

#include "collectives/execution_probe.hpp"
#include "collectives/link_list.hpp"

namespace assay::collectives {

namespace {

constexpr std::size_t cache_line_bytes = 64;

StepArithmetic arithmetic_of(const ExecutorTask& task) {
  return {.type = task.type,
          .op = info(task.operation).reduces ? task.op : ReduceOp::sum,
          .element_bytes = static_cast<std::uint32_t>(info(task.type).bytes),
          .rank = task.rank,
          .ranks = task.ranks};
}

std::shared_ptr<std::byte> allocate_scratch(Worker* worker, std::size_t bytes) {
  if (worker != nullptr) return worker->allocate(bytes);
  return {new std::byte[bytes], std::default_delete<std::byte[]>{}};
}

}  // namespace

void ExecutorOptions::report(const TimedOut& place) const noexcept {
  if (heartbeat == nullptr) return;
  heartbeat->waiting_for.store(place.waiting_for, std::memory_order_relaxed);
  heartbeat->lane.store(place.lane, std::memory_order_relaxed);
  heartbeat->step.store(place.step, std::memory_order_relaxed);
}

HostExecutor::HostExecutor(const RankPlan& plan, PlanShape shape, const ExecutorTask& task,
                           Transport& transport, const ExecutorOptions& options)
    : shape_{shape},
      task_{task},
      arithmetic_{arithmetic_of(task)},
      options_{options},
      host_work_{arithmetic_, options.block_bytes},
      input_layout_{layout_of(Side::input, 0)},
      output_layout_{input_layout_} {
  if (!task_.weights.are_equal())
    for (auto& begins : begins_) begins.resize(std::size_t{shape.blocks} + 1);
  bind(plan, transport);
}

void HostExecutor::bind(const RankPlan& plan, Transport& transport) {
  const int rank = task_.rank;
  LinkList outgoing;
  LinkList incoming;
  for (std::size_t lane = 0; lane < plan.size(); ++lane) {
    for (const Step& step : plan[lane].steps) {
      const int number = static_cast<int>(lane);
      if (sends(step.action)) outgoing.add({rank, step.send_to, number});
      if (receives(step.action)) incoming.add({step.receive_from, rank, number});
    }
  }
  if (options_.worker != nullptr) options_.worker->open(plan.size());
  ends_ = transport.open(outgoing.links(), incoming.links(),
                         {options_.block_bytes, options_.slots, options_.worker});
  for (const Link& link : outgoing.links()) receivers_.push_back(link.to);
  for (std::size_t lane = 0; lane < plan.size(); ++lane) {
    BoundLane& bound = lanes_.emplace_back();
    bound.segment = plan[lane].segment;
    bound.after = plan[lane].after;
    const bool has_scratch = std::ranges::any_of(plan[lane].steps, [](const Step& step) {
      return reads(step, Place::scratch) || writes(step, Place::scratch);
    });
    if (has_scratch)
      bound.scratch = allocate_scratch(options_.worker, options_.block_bytes * shape_.blocks);
    for (const Step& step : plan[lane].steps) {
      const int number = static_cast<int>(lane);
      BoundStep& to = bound.steps.emplace_back(BoundStep{step, nullptr, nullptr});
      if (sends(step.action))
        to.sender = ends_.senders[outgoing.add({rank, step.send_to, number})].get();
      if (receives(step.action))
        to.receiver = ends_.receivers[incoming.add({step.receive_from, rank, number})].get();
    }
  }
  if (options_.trace != nullptr) options_.trace->open(plan, rank);
}

Layout HostExecutor::layout_of(Side side, std::size_t count) noexcept {
  std::vector<std::size_t>& begins = begins_[side == Side::input ? 0 : 1];
  for (std::size_t block = 0; block + 1 < begins.size(); ++block)
    begins[block + 1] =
        begins[block] + task_.weights.elements(side, task_.rank, static_cast<int>(block), count);
  return {{count, info(task_.operation).has_blocks, begins},
          shape_,
          options_.block_bytes / arithmetic_.element_bytes,
          std::max<std::size_t>(1, cache_line_bytes / arithmetic_.element_bytes)};
}

ExecutionStatus HostExecutor::execute(const void* input, void* output, std::size_t count,
                                      Deadline deadline) noexcept {
  if (count != count_) {
    count_ = count;
    input_layout_ = layout_of(Side::input, count);
    output_layout_ = task_.weights.are_equal() ? input_layout_ : layout_of(Side::output, count);
    chunks_ = std::max(input_layout_.chunks(), output_layout_.chunks());
  }
  const OperationInfo& operation = info(task_.operation);
  const std::size_t own = input_layout_.block_begin(static_cast<std::uint32_t>(task_.rank));
  const Buffers buffers{static_cast<const std::byte*>(input), static_cast<std::byte*>(output),
                        operation.input == Part::own ? own : 0,
                        operation.output == Part::own ? own : 0};
  for (BoundLane& lane : lanes_) {
    lane.chunk = lane.steps.empty() ? chunks_ : 0;
    lane.next = 0;
  }
  if (options_.trace == nullptr) return run(buffers, deadline, NoProbe{});
  return run(buffers, deadline, TraceProbe{*options_.trace});
}

template <class Probe>
ExecutionStatus HostExecutor::run(const Buffers& buffers, Deadline deadline, Probe probe) noexcept {
  Waiter waiter{options_.wait};
  probe.begin();
  bool all_sent = false;
  while (!all_sent) {
    bool moved = false;
    bool finished = true;
    for (BoundLane& lane : lanes_) {
      moved |= advance(lane, buffers, probe);
      finished &= lane.chunk == chunks_;
    }
    if (finished) all_sent = drained();
    if (moved) {
      waiter.reset();
      probe.worked();
      continue;
    }
    if (all_sent) break;
    if (ends_.wait) {
      ends_.wait();
      continue;
    }
    waiter.pause();
    probe.waited();
    if (waiter.should_look_up()) {
      const TimedOut wait = blocked();
      options_.report(wait);
      if (wait.failure != nullptr || deadline.passed()) return wait;
    }
  }
  probe.end();
  options_.report({Heartbeat::nobody, 0, -1});
  return std::nullopt;
}

HostExecutor::Piece HostExecutor::piece_of(const BoundLane& lane, const Step& step) const noexcept {
  const ElementRange input = input_layout_.piece(lane.segment, lane.chunk, step.block);
  if (task_.weights.are_equal()) return {input.begin, input.begin, input.count};
  const ElementRange output = output_layout_.piece(lane.segment, lane.chunk, step.block);
  return {input.begin, output.begin, reads(step, Place::input) ? input.count : output.count};
}

template <class Probe>
bool HostExecutor::advance(BoundLane& lane, const Buffers& buffers, Probe& probe) noexcept {
  bool moved = false;
  while (lane.chunk < chunks_) {
    if (lane.after != Lane::independent &&
        lanes_[static_cast<std::size_t>(lane.after)].chunk <= lane.chunk)
      return moved;
    for (; lane.next < lane.steps.size(); ++lane.next) {
      const Piece piece = piece_of(lane, lane.steps[lane.next].step);
      // Both ends of a message know its length: where there is nothing to send, nothing is sent.
      if (piece.count > 0 && !take(lane, piece, buffers, probe)) return moved;
      moved = true;
    }
    lane.next = 0;
    ++lane.chunk;
  }
  return moved;
}

template <class Probe>
bool HostExecutor::take(BoundLane& lane, const Piece& piece, const Buffers& buffers,
                        Probe& probe) noexcept {
  const BoundStep& bound = lane.steps[lane.next];
  const auto number = static_cast<std::size_t>(&lane - lanes_.data());
  const std::size_t bytes = piece.count * arithmetic_.element_bytes;
  if (!lane.is_at_work) {
    std::byte* room = nullptr;
    probe.came_up(number);
    if (bound.sender != nullptr && (room = bound.sender->try_acquire(bytes)) == nullptr)
      return false;
    probe.has_room(number);
    const std::byte* incoming = nullptr;
    if (bound.receiver != nullptr) {
      const auto message = bound.receiver->try_peek();
      if (!message) return false;
      incoming = message->data();
      probe.has_message(number);
    }
    probe.starts();
    const Combination work = work_of(lane, bound.step, piece, buffers, incoming, room);
    if (options_.worker == nullptr) {
      host_work_(work);
    } else {
      options_.worker->start(number, work);
      lane.is_at_work = true;
    }
  }
  if (lane.is_at_work && !options_.worker->is_done(number)) return false;
  lane.is_at_work = false;
  if (bound.receiver != nullptr) bound.receiver->release();
  if (bound.sender != nullptr) bound.sender->commit(bytes);
  probe.done(number, lane.next, bytes);
  return true;
}

Combination HostExecutor::work_of(const BoundLane& lane, const Step& step, const Piece& piece,
                                  const Buffers& buffers, const std::byte* incoming,
                                  std::byte* room) const noexcept {
  const auto scratch = [&] { return lane.scratch.get() + step.block * options_.block_bytes; };
  const auto input = [&] {
    return buffers.input + (piece.in_input - buffers.input_shift) * arithmetic_.element_bytes;
  };
  const auto output = [&] {
    return buffers.output + (piece.in_output - buffers.output_shift) * arithmetic_.element_bytes;
  };
  StepPlaces places{.incoming = incoming, .room = room};
  if (step.action == Action::reduce) places.input = input();
  if (has_operand(step.action))
    places.operand = step.operand == Place::scratch  ? scratch()
                     : step.operand == Place::output ? output()
                                                     : input();
  if (writes(step, Place::scratch)) places.target = scratch();
  if (writes(step, Place::output)) places.target = output();
  return combination_of(step, places, arithmetic_, piece.count);
}

TimedOut HostExecutor::blocked() const noexcept {
  std::optional<TimedOut> first;
  for (std::size_t number = 0; number < lanes_.size(); ++number) {
    const BoundLane& lane = lanes_[number];
    if (lane.chunk == chunks_ || lane.next >= lane.steps.size()) continue;
    if (lane.next == 0 && lane.after != Lane::independent &&
        lanes_[static_cast<std::size_t>(lane.after)].chunk <= lane.chunk)
      continue;           // it waits for a lane of our own, which is in this list too
    if (lane.is_at_work)  // on no peer
      return {Heartbeat::nobody, static_cast<int>(number), static_cast<int>(lane.next),
              options_.worker->failure()};
    const BoundStep& bound = lane.steps[lane.next];
    const bool waits_to_send = bound.receiver == nullptr ||
                               (bound.sender != nullptr && bound.sender->try_acquire(0) == nullptr);
    const TimedOut wait{
        options_.world_rank(waits_to_send ? bound.step.send_to : bound.step.receive_from),
        static_cast<int>(number), static_cast<int>(lane.next),
        waits_to_send ? bound.sender->failure() : bound.receiver->failure()};
    if (wait.failure != nullptr) return wait;
    if (!first) first = wait;
  }
  if (first) return *first;
  // All steps are taken; the last messages are on their way.
  for (std::size_t i = 0; i < ends_.senders.size(); ++i)
    if (const char* failure = ends_.senders[i]->failure())
      return {options_.world_rank(receivers_[i]), 0, -1, failure};
  return {Heartbeat::everybody, 0, -1};
}

bool HostExecutor::drained() noexcept {
  return std::all_of(ends_.senders.begin(), ends_.senders.end(),
                     [](const auto& sender) { return sender->drained(); });
}

}  // namespace assay::collectives
