#include "collectives/verification/channels.hpp"

#include <algorithm>

namespace assay::collectives {

LaneIndex::LaneIndex(const Plan& plan) : begin_{0} {
  begin_.reserve(plan.ranks.size() + 1);
  for (const RankPlan& lanes : plan.ranks) begin_.push_back(begin_.back() + lanes.size());
}

std::optional<std::size_t> LaneIndex::find(int rank, std::size_t lane) const {
  const auto index = static_cast<std::size_t>(rank);
  if (lane >= begin_[index + 1] - begin_[index]) return std::nullopt;
  return begin_[index] + lane;
}

Channels::Channels(const Plan& plan, const LaneIndex& lanes, std::uint32_t slots) : of_lane_{0} {
  of_lane_.reserve(lanes.size() + 1);
  for (const RankPlan& rank : plan.ranks)
    for (const Lane& lane : rank) {
      add_channels_of(lane, of_lane_.size() - 1, slots);
      of_lane_.push_back(channels_.size());
    }
  std::size_t messages = 0;
  for (Channel& channel : channels_) {
    channel.storage = messages;
    messages += channel.room;
  }
  messages_.resize(messages);
}

void Channels::add_channels_of(const Lane& lane, std::size_t number, std::uint32_t slots) {
  const auto begin = static_cast<std::ptrdiff_t>(channels_.size());
  std::vector<std::int32_t> peers;
  for (const Step& step : lane.steps)
    if (sends(step.action)) peers.push_back(step.send_to);
  std::ranges::sort(peers);
  for (const std::int32_t peer : peers) {
    const bool is_new = channels_.begin() + begin == channels_.end() || channels_.back().to != peer;
    if (is_new) channels_.push_back({.sender = number, .to = peer});
    Channel& channel = channels_.back();
    if (channel.room < slots) ++channel.room;  // never more than it carries in one chunk
  }
}

std::optional<std::size_t> Channels::find(std::size_t sending_lane, std::int32_t to) const {
  const auto begin = channels_.begin() + static_cast<std::ptrdiff_t>(of_lane_[sending_lane]);
  const auto end = channels_.begin() + static_cast<std::ptrdiff_t>(of_lane_[sending_lane + 1]);
  const auto found = std::ranges::lower_bound(begin, end, to, {}, &Channel::to);
  if (found == end || found->to != to) return std::nullopt;
  return static_cast<std::size_t>(found - channels_.begin());
}

const Message& Channels::front(std::size_t channel) const {
  const Channel& queue = channels_[channel];
  return messages_[queue.storage + queue.oldest];
}

void Channels::pop(std::size_t channel) {
  Channel& queue = channels_[channel];
  if (++queue.oldest == queue.room) queue.oldest = 0;
  --queue.in_flight;
}

void Channels::push(std::size_t channel, const Message& message) {
  Channel& queue = channels_[channel];
  std::uint32_t place = queue.oldest + queue.in_flight;
  if (place >= queue.room) place -= queue.room;
  messages_[queue.storage + place] = message;
  ++queue.in_flight;
}

}  // namespace assay::collectives
