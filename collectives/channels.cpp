#include "collectives/channels.hpp"

namespace assay::collectives {

namespace {

void append_channels_of(const Lane& lane, std::size_t number, std::vector<Channel>& channels) {
  const std::size_t begin = channels.size();
  std::vector<std::int32_t> peers;
  for (const Step& step : lane.steps)
    if (sends(step.action)) peers.push_back(step.send_to);
  std::ranges::sort(peers);
  for (const std::int32_t peer : peers) {
    const bool is_new = channels.size() == begin || channels.back().to != peer;
    if (is_new) channels.push_back({.sender = number, .to = peer});
    ++channels.back().room;
  }
}

}  // namespace

LaneIndex::LaneIndex(const Plan& plan) : begin_{0} {
  begin_.reserve(plan.ranks.size() + 1);
  for (const RankPlan& lanes : plan.ranks) begin_.push_back(begin_.back() + lanes.size());
}

std::optional<std::size_t> LaneIndex::find(int rank, std::size_t lane) const {
  const auto index = static_cast<std::size_t>(rank);
  if (lane >= begin_[index + 1] - begin_[index]) return std::nullopt;
  return begin_[index] + lane;
}

ChannelTable::ChannelTable(const Plan& plan, const LaneIndex& lanes, std::uint32_t slots,
                           std::uint32_t chunks)
    : of_lane{0} {
  of_lane.reserve(lanes.size() + 1);
  for (const RankPlan& rank : plan.ranks)
    for (const Lane& lane : rank) {
      append_channels_of(lane, of_lane.size() - 1, channels);
      of_lane.push_back(channels.size());
    }
  for (Channel& channel : channels) {
    const std::uint64_t messages = std::uint64_t{channel.room} * chunks;
    channel.room = static_cast<std::uint32_t>(std::min<std::uint64_t>(slots, messages));
    channel.storage = storage;
    storage += channel.room;
  }
}

std::optional<std::size_t> ChannelTable::find(std::size_t sending_lane, std::int32_t to) const {
  const auto begin = channels.begin() + static_cast<std::ptrdiff_t>(of_lane[sending_lane]);
  const auto end = channels.begin() + static_cast<std::ptrdiff_t>(of_lane[sending_lane + 1]);
  const auto found = std::ranges::lower_bound(begin, end, to, {}, &Channel::to);
  if (found == end || found->to != to) return std::nullopt;
  return static_cast<std::size_t>(found - channels.begin());
}

}  // namespace assay::collectives
