#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "collectives/plan.hpp"
#include "collectives/transport.hpp"
#include "core/units.hpp"

namespace assay::collectives {

/// A message as its sender saw it, on the sender's steady clock.
struct Departure {
  Seconds blocked;      ///< how long its step waited for room on the link
  Seconds handed_over;  ///< when it was the transport's
};

/// A message as its receiver saw it, on the receiver's steady clock.
struct Arrival {
  Seconds wanted;   ///< from when on nothing but this message was missing
  Seconds arrived;  ///< when it was there, but not before it was wanted
};

/// The messages of an execution at one end of a link, in their order.
template <class Event>
struct LinkTrace {
  Link link;
  std::uint64_t bytes = 0;
  std::size_t messages = 0;   ///< with those that `events` had no room for
  std::vector<Event> events;  ///< grows between executions only

  [[nodiscard]] bool is_whole() const { return messages == events.size(); }
};

/// What one rank saw of its last execution of a plan. An executor that is given one records into
/// it; it must outlive the executor and serve no other.
struct ExecutionTrace {
  std::vector<LinkTrace<Departure>> outgoing;
  std::vector<LinkTrace<Arrival>> incoming;
  Seconds began;
  Seconds ended;
  Seconds idle;    ///< in which no lane could take a step
  Seconds worked;  ///< on steps, in processor time: what others took from it does not count
  Seconds away;    ///< in which it did nothing for so long that others' turns do not explain it

  /// Where the messages of a plan's steps are noted: a link of each list, or none.
  struct StepLinks {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t outgoing = none;
    std::size_t incoming = none;
  };
  std::vector<std::vector<StepLinks>> steps;  ///< by lane and step

  /// What a lane waits for, while it is recorded.
  struct Wait {
    bool begun = false;
    bool has_room = false;
    Seconds looked{};   ///< when it was looked for last
    Seconds wanted{};   ///< when the step came up
    Seconds room{};     ///< when there was room on its link
    Seconds arrived{};  ///< when its message was there
  };
  std::vector<Wait> waits;  ///< by lane

  /// Lists the links of the plan of rank `rank`.
  void open(const RankPlan& plan, int rank);
  /// Makes room for as many messages as the last execution had. Not to be called in a timed region.
  /// The first execution of a message size is thus not recorded whole.
  void make_room();
  [[nodiscard]] bool is_whole() const;
};

}  // namespace assay::collectives
