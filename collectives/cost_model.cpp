#include "collectives/cost_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <queue>
#include <utility>
#include <vector>

#include "collectives/channels.hpp"
#include "collectives/plan_layouts.hpp"
#include "core/error.hpp"

namespace assay::collectives {

namespace {

/// Chunks until any pipeline of practical depth (24 for a tree of 4,096 ranks) is full, twice over.
constexpr std::size_t most_chunks_simulated = 64;
/// Steps simulated within about a second; large rings need few chunks, being pipelines in
/// themselves.
constexpr std::size_t steps_simulated = 4'000'000;

/// Simulates all chunks of a message, event by event.
class Simulation {
 public:
  Simulation(const Plan& plan, const PlanLayouts& layouts, int slots, const LinkCosts& costs);
  /// When the last lane is done.
  [[nodiscard]] Seconds run();

 private:
  struct Message {
    double arrival = 0;
  };
  struct LaneState {
    const Lane* lane = nullptr;
    int rank = 0;
    std::size_t chunk = 0;  ///< these two: next to work on
    std::size_t step = 0;
    bool summing = false;  ///< the step's message and room were there; it ends when its time comes
    bool wants_lane = false;  ///< waits for its `after`
  };
  /// What one rank does one at a time: when each is free again.
  struct Rank {
    double sending = 0;
    double receiving = 0;
    double summing = 0;
  };
  struct Event {
    double time = 0;
    std::uint64_t number = 0;  ///< first come, first served among equals
    std::size_t lane = 0;

    friend bool operator>(const Event& a, const Event& b) {
      return std::pair{a.time, a.number} > std::pair{b.time, b.number};
    }
  };

  void schedule(double time, std::size_t lane);
  void advance(double now, std::size_t lane);
  /// True if the lane's next step has to wait for another lane of its rank, which will wake it.
  bool waits_for_lane(std::size_t lane);
  /// True if the lane's next step may begin now; otherwise the lane is woken when it may.
  bool begin(double now, std::size_t lane);
  /// True if the step's sum is done now; otherwise the lane is woken when it is.
  bool sum(double now, std::size_t lane);
  void end(double now, std::size_t lane);
  /// On to the lane's next step.
  void pass(double now, std::size_t lane);
  void send(double now, std::size_t lane, std::size_t channel);
  void end_chunk(double now, std::size_t lane);

  [[nodiscard]] const LaneState& predecessor(const LaneState& state) const;
  [[nodiscard]] std::size_t channel_from(const LaneState& state, std::size_t lane) const;
  [[nodiscard]] std::size_t channel_to(const LaneState& state, std::size_t lane) const;
  [[nodiscard]] std::size_t bytes(const LaneState& state) const;
  [[nodiscard]] double seconds_of_sum(const LaneState& state) const {
    return static_cast<double>(bytes(state)) * costs_.reduction_s_per_byte;
  }

  const Plan& plan_;
  const PlanLayouts& layouts_;
  LinkCosts costs_;
  int slots_;
  LaneIndex index_;
  Channels<Message> channels_;
  std::vector<LaneState> lanes_;
  std::vector<Rank> ranks_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t events_scheduled_ = 0;
  double end_ = 0;
};

Simulation::Simulation(const Plan& plan, const PlanLayouts& layouts, int slots,
                       const LinkCosts& costs)
    : plan_{plan},
      layouts_{layouts},
      costs_{costs},
      slots_{slots},
      index_{plan},
      channels_{plan, index_, static_cast<std::uint32_t>(slots),
                static_cast<std::uint32_t>(layouts.chunks())},
      ranks_(plan.ranks.size()) {
  for (int rank = 0; rank < plan.rank_count(); ++rank)
    for (const Lane& lane : plan.ranks[static_cast<std::size_t>(rank)])
      lanes_.push_back(
          {.lane = &lane, .rank = rank, .chunk = lane.steps.empty() ? layouts.chunks() : 0});
}

Seconds Simulation::run() {
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) schedule(0, lane);
  while (!events_.empty()) {
    const Event event = events_.top();
    events_.pop();
    advance(event.time, event.lane);
  }
  for (const LaneState& state : lanes_)
    if (state.chunk < layouts_.chunks())
      throw UsageError{fmt::format("the plan waits for ever with {} slots in flight", slots_)};
  return {end_};
}

void Simulation::schedule(double time, std::size_t lane) {
  events_.push({time, events_scheduled_++, lane});
}

void Simulation::advance(double now, std::size_t lane) {
  const LaneState& state = lanes_[lane];
  while (state.chunk < layouts_.chunks()) {
    if (bytes(state) == 0) {  // nothing is sent
      if (waits_for_lane(lane)) return;
      pass(now, lane);
      continue;
    }
    if (!state.summing && (!begin(now, lane) || !sum(now, lane))) return;
    end(now, lane);
  }
}

bool Simulation::waits_for_lane(std::size_t lane) {
  LaneState& state = lanes_[lane];
  if (state.step > 0 || state.lane->after == Lane::independent) return false;
  state.wants_lane = predecessor(state).chunk <= state.chunk;
  return state.wants_lane;
}

bool Simulation::begin(double now, std::size_t lane) {
  LaneState& state = lanes_[lane];
  const Step& step = state.lane->steps[state.step];
  if (waits_for_lane(lane)) return false;
  if (receives(step.action)) {
    const std::size_t channel = channel_from(state, lane);
    channels_[channel].receiver_waits = channels_[channel].in_flight == 0;
    if (channels_[channel].receiver_waits) return false;
    if (const double arrival = channels_.front(channel).arrival; arrival > now) {
      schedule(arrival, lane);
      return false;
    }
  }
  if (sends(step.action)) {
    Channel& channel = channels_[channel_to(state, lane)];
    channel.sender_waits = channel.in_flight == channel.room;
    if (channel.sender_waits) return false;
  }
  return true;
}

bool Simulation::sum(double now, std::size_t lane) {
  LaneState& state = lanes_[lane];
  if (!reduces(state.lane->steps[state.step].action)) return true;
  double& free = ranks_[static_cast<std::size_t>(state.rank)].summing;
  free = std::max(now, free) + seconds_of_sum(state);
  if (free <= now) return true;
  state.summing = true;
  schedule(free, lane);
  return false;
}

void Simulation::end(double now, std::size_t lane) {
  LaneState& state = lanes_[lane];
  state.summing = false;
  const Step& step = state.lane->steps[state.step];
  if (receives(step.action)) {
    const std::size_t channel = channel_from(state, lane);
    channels_.pop(channel);
    if (std::exchange(channels_[channel].sender_waits, false))
      schedule(now, channels_[channel].sender);
  }
  if (sends(step.action)) send(now, lane, channel_to(state, lane));
  end_ = std::max(end_, now);
  pass(now, lane);
}

void Simulation::pass(double now, std::size_t lane) {
  LaneState& state = lanes_[lane];
  if (++state.step == state.lane->steps.size()) end_chunk(now, lane);
}

void Simulation::send(double now, std::size_t lane, std::size_t channel) {
  const LaneState& state = lanes_[lane];
  const auto to = channels_[channel].to;
  Rank& sender = ranks_[static_cast<std::size_t>(state.rank)];
  Rank& receiver = ranks_[static_cast<std::size_t>(to)];
  // Both ends are busy for as long as the message is; the network holds what the receiver cannot
  // take yet, so that a busy receiver does not keep the sender from serving others.
  const double transfer = static_cast<double>(bytes(state)) / costs_.bandwidth.bytes_per_second;
  const double start = std::max(now, sender.sending);
  sender.sending = start + transfer;
  receiver.receiving = std::max(start + costs_.latency.value, receiver.receiving) + transfer;
  channels_.push(channel, {receiver.receiving});
  if (std::exchange(channels_[channel].receiver_waits, false))
    schedule(receiver.receiving, index_.first(to) + (lane - index_.first(state.rank)));
}

void Simulation::end_chunk(double now, std::size_t lane) {
  LaneState& state = lanes_[lane];
  state.step = 0;
  ++state.chunk;
  const RankPlan& all = plan_.ranks[static_cast<std::size_t>(state.rank)];
  for (std::size_t number = 0; number < all.size(); ++number) {
    const std::size_t other = index_.first(state.rank) + number;
    if (lanes_[other].wants_lane && &predecessor(lanes_[other]) == &state) {
      lanes_[other].wants_lane = false;
      schedule(now, other);
    }
  }
}

const Simulation::LaneState& Simulation::predecessor(const LaneState& state) const {
  return lanes_[index_.first(state.rank) + static_cast<std::size_t>(state.lane->after)];
}

std::size_t Simulation::channel_from(const LaneState& state, std::size_t lane) const {
  const int from = state.lane->steps[state.step].receive_from;
  return channels_.find(index_.first(from) + (lane - index_.first(state.rank)), state.rank).value();
}

std::size_t Simulation::channel_to(const LaneState& state, std::size_t lane) const {
  return channels_.find(lane, state.lane->steps[state.step].send_to).value();
}

std::size_t Simulation::bytes(const LaneState& state) const {
  const Step& step = state.lane->steps[state.step];
  return layouts_.of(state.rank, step).piece(state.lane->segment, state.chunk, step.block).count;
}

/// Bytes and messages of the ranks that send most.
PlanCost traffic(const Plan& plan, const PlanLayouts& layouts) {
  PlanCost most;
  if (layouts.chunks() == 0) return most;
  for (int rank = 0; rank < plan.rank_count(); ++rank) {
    PlanCost sent;
    for (const Lane& lane : plan.ranks[static_cast<std::size_t>(rank)])
      for (const Step& step : lane.steps) {
        if (!sends(step.action)) continue;
        const Layout& layout = layouts.of(rank, step);
        sent.bytes_sent += layout.part(lane.segment, step.block).count;
        sent.messages += layout.pieces(lane.segment, step.block);
      }
    most.bytes_sent = std::max(most.bytes_sent, sent.bytes_sent);
    most.messages = std::max(most.messages, sent.messages);
  }
  return most;
}

std::size_t steps_per_chunk(const Plan& plan) {
  std::size_t steps = 0;
  for (const RankPlan& lanes : plan.ranks)
    for (const Lane& lane : lanes) steps += lane.steps.size();
  return std::max<std::size_t>(steps, 1);
}

}  // namespace

PlanCost price(const Plan& plan, Bytes size, std::size_t block_bytes, int slots,
               const LinkCosts& costs) {
  const auto time_of = [&](std::size_t bytes) {
    const PlanLayouts layouts{plan, bytes, block_bytes};
    return Simulation{plan, layouts, slots, costs}.run();
  };
  const PlanLayouts layouts{plan, size.value, block_bytes};
  PlanCost cost = traffic(plan, layouts);
  const std::size_t chunks =
      std::clamp<std::size_t>(steps_simulated / steps_per_chunk(plan), 2, most_chunks_simulated);
  if (layouts.chunks() <= chunks) {
    cost.time = time_of(size.value);
    return cost;
  }
  const std::size_t chunk_bytes =
      std::size_t{plan.shape.segments} * plan.shape.blocks * block_bytes;
  const Seconds half = time_of(chunks / 2 * chunk_bytes);
  const Seconds whole = time_of(chunks * chunk_bytes);
  const Seconds per_chunk = (whole - half) / static_cast<double>(chunks - chunks / 2);
  const double more = static_cast<double>(size.value) / static_cast<double>(chunk_bytes) -
                      static_cast<double>(chunks);
  cost.time = whole + more * per_chunk;
  return cost;
}

}  // namespace assay::collectives
