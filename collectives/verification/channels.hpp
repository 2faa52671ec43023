#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "collectives/plan.hpp"
#include "collectives/verification/contribution.hpp"

namespace assay::collectives {

/// Numbers the lanes of all ranks through.
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

/// A message on its way, and for which block and by which step it was sent.
struct Message {
  Contribution value;
  std::uint32_t segment = 0;
  std::uint32_t block = 0;
  std::uint32_t step = 0;
  std::uint32_t depth = 0;  ///< messages in the longest chain that ends with this one
};

/// One bounded queue for each (from, to, lane) that some step sends on, flat in memory: a proof for
/// thousands of ranks spends its time here.
class Channels {
 public:
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

  /// Precondition: find_malformed(plan) finds nothing.
  Channels(const Plan& plan, const LaneIndex& lanes, std::uint32_t slots);

  [[nodiscard]] std::size_t size() const { return channels_.size(); }
  [[nodiscard]] Channel& operator[](std::size_t channel) { return channels_[channel]; }
  /// The channel on which a lane sends to `to`; none if no step of it does.
  [[nodiscard]] std::optional<std::size_t> find(std::size_t sending_lane, std::int32_t to) const;

  [[nodiscard]] const Message& front(std::size_t channel) const;
  void pop(std::size_t channel);
  void push(std::size_t channel, const Message& message);

 private:
  void add_channels_of(const Lane& lane, std::size_t number, std::uint32_t slots);

  std::vector<Channel> channels_;     ///< by sending lane, then by receiving rank
  std::vector<std::size_t> of_lane_;  ///< first channel of each lane, and the end
  std::vector<Message> messages_;
};

}  // namespace assay::collectives
