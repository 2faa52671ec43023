#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "collectives/plan.hpp"

namespace assay::collectives {

/// Numbers the lanes of all ranks of a plan through.
class LaneIndex {
 public:
  explicit LaneIndex(const Plan& plan);

  [[nodiscard]] std::size_t size() const { return begin_.back(); }
  [[nodiscard]] std::size_t first(int rank) const { return begin_[static_cast<std::size_t>(rank)]; }
  /// None if the rank has no such lane.
  [[nodiscard]] std::optional<std::size_t> find(int rank, std::size_t lane) const;

 private:
  std::vector<std::size_t> begin_;  ///< of each rank, and the end
};

/// One bounded queue of a simulation.
struct Channel {
  std::size_t sender = 0;           ///< lane, numbered through
  std::int32_t to = Step::no_peer;  ///< rank
  std::uint32_t room = 0;           ///< messages in flight at most
  std::uint32_t oldest = 0;
  std::uint32_t in_flight = 0;
  bool sender_waits = false;
  bool receiver_waits = false;
  std::size_t storage = 0;  ///< of its first message
};

/// Where the channels of a plan lie: one for each (from, to, lane) that some step sends on.
struct ChannelTable {
  /// `slots` messages in flight, or as many as there are in `chunks` chunks.
  /// Precondition: find_malformed(plan) finds nothing.
  ChannelTable(const Plan& plan, const LaneIndex& lanes, std::uint32_t slots, std::uint32_t chunks);

  /// The channel on which a lane sends to `to`; none if no step of it does.
  [[nodiscard]] std::optional<std::size_t> find(std::size_t sending_lane, std::int32_t to) const;

  std::vector<Channel> channels;     ///< by sending lane, then by receiving rank
  std::vector<std::size_t> of_lane;  ///< first channel of each lane, and the end
  std::size_t storage = 0;           ///< messages in flight at most, all channels together
};

/// The channels and what is in them, flat in memory: simulations of thousands of ranks spend their
/// time here.
template <class Message>
class Channels {
 public:
  Channels(const Plan& plan, const LaneIndex& lanes, std::uint32_t slots, std::uint32_t chunks)
      : table_{plan, lanes, slots, chunks}, messages_(table_.storage) {}

  [[nodiscard]] std::size_t size() const { return table_.channels.size(); }
  [[nodiscard]] Channel& operator[](std::size_t channel) { return table_.channels[channel]; }
  [[nodiscard]] std::optional<std::size_t> find(std::size_t sending_lane, std::int32_t to) const {
    return table_.find(sending_lane, to);
  }

  [[nodiscard]] const Message& front(std::size_t channel) const {
    const Channel& queue = table_.channels[channel];
    return messages_[queue.storage + queue.oldest];
  }
  void pop(std::size_t channel) {
    Channel& queue = table_.channels[channel];
    if (++queue.oldest == queue.room) queue.oldest = 0;
    --queue.in_flight;
  }
  void push(std::size_t channel, const Message& message) {
    Channel& queue = table_.channels[channel];
    std::uint32_t place = queue.oldest + queue.in_flight;
    if (place >= queue.room) place -= queue.room;
    messages_[queue.storage + place] = message;
    ++queue.in_flight;
  }

 private:
  ChannelTable table_;
  std::vector<Message> messages_;
};

}  // namespace assay::collectives
