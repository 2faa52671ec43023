#include "collectives/host_executor.hpp"

#include <algorithm>
#include <cstring>
#include <map>

namespace assay::collectives {

namespace {

constexpr std::size_t cache_line_bytes = 64;

/// The links of one direction, each once, and where each stands in the list.
class LinkList {
 public:
  std::size_t add(const Link& link) {
    const auto [entry, is_new] = index_.try_emplace(link, links_.size());
    if (is_new) links_.push_back(link);
    return entry->second;
  }
  [[nodiscard]] const std::vector<Link>& links() const noexcept { return links_; }

 private:
  std::vector<Link> links_;
  std::map<Link, std::size_t> index_;
};

}  // namespace

HostExecutor::HostExecutor(const RankPlan& plan, PlanShape shape, int rank, Transport& transport,
                           DataType type, ReduceOp op, const ExecutorOptions& options)
    : shape_{shape},
      element_bytes_{info(type).bytes},
      reduce_{find_reduction(type, op)},
      options_{options} {
  bind(plan, rank, transport);
}

void HostExecutor::bind(const RankPlan& plan, int rank, Transport& transport) {
  LinkList outgoing;
  LinkList incoming;
  for (std::size_t lane = 0; lane < plan.size(); ++lane) {
    for (const Step& step : plan[lane].steps) {
      const int number = static_cast<int>(lane);
      if (sends(step.action)) outgoing.add({rank, step.send_to, number});
      if (receives(step.action)) incoming.add({step.receive_from, rank, number});
    }
  }
  ends_ =
      transport.open(outgoing.links(), incoming.links(), {options_.block_bytes, options_.slots});
  for (std::size_t lane = 0; lane < plan.size(); ++lane) {
    BoundLane& bound = lanes_.emplace_back();
    bound.segment = plan[lane].segment;
    bound.after = plan[lane].after;
    for (const Step& step : plan[lane].steps) {
      const int number = static_cast<int>(lane);
      BoundStep& to = bound.steps.emplace_back(BoundStep{step, nullptr, nullptr});
      if (sends(step.action))
        to.sender = ends_.senders[outgoing.add({rank, step.send_to, number})].get();
      if (receives(step.action))
        to.receiver = ends_.receivers[incoming.add({step.receive_from, rank, number})].get();
    }
  }
}

ExecutionStatus HostExecutor::execute(const void* input, void* output, std::size_t count,
                                      Deadline deadline) noexcept {
  const std::size_t alignment = std::max<std::size_t>(1, cache_line_bytes / element_bytes_);
  const Layout layout{count, shape_, options_.block_bytes / element_bytes_, alignment};
  const Buffers buffers{static_cast<const std::byte*>(input), static_cast<std::byte*>(output)};
  for (BoundLane& lane : lanes_) {
    lane.chunk = lane.steps.empty() ? layout.chunks() : 0;
    lane.next = 0;
  }

  Waiter waiter{options_.wait};
  bool all_sent = false;
  while (!all_sent) {
    bool moved = false;
    bool finished = true;
    for (BoundLane& lane : lanes_) {
      moved |= advance(lane, layout, buffers);
      finished &= lane.chunk == layout.chunks();
    }
    if (finished) all_sent = drained();
    if (moved) {
      waiter.reset();
      continue;
    }
    if (all_sent) break;
    waiter.pause();
    if (waiter.should_look_up()) {
      const TimedOut wait = blocked(layout.chunks());
      report(wait);
      if (deadline.passed()) return wait;
    }
  }
  report({Heartbeat::nobody, 0, -1});
  return std::nullopt;
}

bool HostExecutor::advance(BoundLane& lane, const Layout& layout, Buffers buffers) noexcept {
  bool moved = false;
  while (lane.chunk < layout.chunks()) {
    if (lane.after != Lane::independent &&
        lanes_[static_cast<std::size_t>(lane.after)].chunk <= lane.chunk)
      return moved;
    for (; lane.next < lane.steps.size(); ++lane.next) {
      const BoundStep& bound = lane.steps[lane.next];
      if (!take(bound, layout.block(lane.segment, lane.chunk, bound.step.block), buffers))
        return moved;
      moved = true;
    }
    lane.next = 0;
    ++lane.chunk;
  }
  return moved;
}

bool HostExecutor::take(const BoundStep& bound, ElementRange range, Buffers buffers) noexcept {
  const Step& step = bound.step;
  std::byte* room = nullptr;
  if (bound.sender != nullptr && (room = bound.sender->try_acquire()) == nullptr) return false;
  const std::byte* incoming = nullptr;
  if (bound.receiver != nullptr) {
    const auto message = bound.receiver->try_peek();
    if (!message) return false;
    incoming = message->data();
  }

  const std::size_t offset = range.begin * element_bytes_;
  const std::size_t bytes = range.count * element_bytes_;
  std::byte* output = buffers.output + offset;
  const std::byte* operand =
      step.operand == Operand::input ? buffers.input + offset : buffers.output + offset;
  if (bytes > 0) {
    switch (step.action) {
      case Action::send:
        std::memcpy(room, operand, bytes);
        break;
      case Action::receive:
        std::memcpy(output, incoming, bytes);
        break;
      case Action::receive_reduce:
        reduce_(output, incoming, operand, range.count);
        break;
      case Action::receive_reduce_send:
        reduce_(room, incoming, operand, range.count);
        if (step.store) std::memcpy(output, room, bytes);
        break;
      case Action::receive_send:
        std::memcpy(room, incoming, bytes);
        std::memcpy(output, incoming, bytes);
        break;
      case Action::copy:
        if (output != buffers.input + offset) std::memcpy(output, buffers.input + offset, bytes);
        break;
    }
  }
  if (bound.receiver != nullptr) bound.receiver->release();
  if (bound.sender != nullptr) bound.sender->commit(bytes);
  return true;
}

TimedOut HostExecutor::blocked(std::size_t chunks) const noexcept {
  for (std::size_t number = 0; number < lanes_.size(); ++number) {
    const BoundLane& lane = lanes_[number];
    if (lane.chunk == chunks || lane.next >= lane.steps.size()) continue;
    if (lane.next == 0 && lane.after != Lane::independent &&
        lanes_[static_cast<std::size_t>(lane.after)].chunk <= lane.chunk)
      continue;  // it waits for a lane of our own, which is in this list too
    const BoundStep& bound = lane.steps[lane.next];
    const bool has_room = bound.sender == nullptr || bound.sender->try_acquire() != nullptr;
    const int peer = has_room ? bound.step.receive_from : bound.step.send_to;
    return {world_rank(peer), static_cast<int>(number), static_cast<int>(lane.next)};
  }
  return {Heartbeat::everybody, 0, -1};  // all steps taken; the last messages are on their way
}

bool HostExecutor::drained() noexcept {
  return std::all_of(ends_.senders.begin(), ends_.senders.end(),
                     [](const auto& sender) { return sender->drained(); });
}

int HostExecutor::world_rank(int rank) const noexcept {
  return options_.world_ranks.empty() ? rank : options_.world_ranks[static_cast<std::size_t>(rank)];
}

void HostExecutor::report(const TimedOut& wait) const noexcept {
  if (options_.heartbeat == nullptr) return;
  options_.heartbeat->waiting_for.store(wait.waiting_for, std::memory_order_relaxed);
  options_.heartbeat->lane.store(wait.lane, std::memory_order_relaxed);
  options_.heartbeat->step.store(wait.step, std::memory_order_relaxed);
}

}  // namespace assay::collectives
