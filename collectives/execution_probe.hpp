#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/execution_trace.hpp"
#include "core/clock.hpp"

namespace assay::collectives {

// What an executor tells of its work while it works. Which of the two it tells is fixed when it is
// compiled: an execution that nobody traces does not so much as test for it.

/// Notes nothing.
struct NoProbe {
  void begin() const noexcept {}
  void end() const noexcept {}
  /// A pass over all lanes took steps, or none could be taken.
  void worked() const noexcept {}
  void waited() const noexcept {}
  /// A step came up, found room on its link, found its message, began, was done.
  void came_up(std::size_t) const noexcept {}
  void has_room(std::size_t) const noexcept {}
  void has_message(std::size_t) const noexcept {}
  void starts() const noexcept {}
  void done(std::size_t, std::size_t, std::uint64_t) const noexcept {}
};

/// Notes everything in a trace. Allocates nothing: what the trace has no room for is counted only.
class TraceProbe {
 public:
  explicit TraceProbe(ExecutionTrace& trace) noexcept : trace_{trace} {}

  void begin() noexcept {
    for (auto& link : trace_.outgoing) clear(link);
    for (auto& link : trace_.incoming) clear(link);
    for (Wait& wait : trace_.waits) wait = {};
    trace_.idle = trace_.worked = trace_.away = {};
    trace_.began = mark_ = steady_now();
  }
  void end() noexcept { trace_.ended = steady_now(); }

  void worked() noexcept { mark_ = steady_now(); }
  void waited() noexcept {
    const Seconds now = steady_now();
    Seconds& spent = now - mark_ > longest_gap ? trace_.away : trace_.idle;
    spent = spent + (now - mark_);
    mark_ = now;
  }

  void came_up(std::size_t lane) noexcept {
    Wait& wait = trace_.waits[lane];
    now_ = steady_now();
    if (!wait.begun) wait = {.begun = true, .looked = now_, .wanted = now_};
    since_ = wait.looked;
    // Who was away so long did not wait meanwhile: the time is the rank's own.
    if (was_away()) {
      Seconds& waiting_since = wait.has_room ? wait.room : wait.wanted;
      waiting_since = waiting_since + (now_ - since_);
    }
    wait.looked = now_;
  }
  void has_room(std::size_t lane) noexcept {
    Wait& wait = trace_.waits[lane];
    if (wait.has_room) return;
    wait.has_room = true;
    wait.room = came_between(wait.wanted);
  }
  void has_message(std::size_t lane) noexcept {
    Wait& wait = trace_.waits[lane];
    wait.arrived = came_between(wait.room);
  }
  void starts() noexcept { processor_before_ = thread_processor_time(); }
  void done(std::size_t lane, std::size_t step, std::uint64_t bytes) noexcept {
    Wait& wait = trace_.waits[lane];
    const Seconds now = steady_now();
    const Seconds worked = thread_processor_time() - processor_before_;
    const Seconds kept_from_it = now - now_ - worked;
    trace_.worked = trace_.worked + worked;
    if (kept_from_it > longest_gap) trace_.away = trace_.away + kept_from_it;
    const auto& links = trace_.steps[lane][step];
    if (links.outgoing != ExecutionTrace::StepLinks::none)
      note(trace_.outgoing[links.outgoing], {wait.room - wait.wanted, now}, bytes);
    if (links.incoming != ExecutionTrace::StepLinks::none)
      note(trace_.incoming[links.incoming], {wait.room, wait.arrived}, bytes);
    wait.begun = false;
  }

  /// A rank that shares its processor with several others is kept from it for some milliseconds;
  /// one that did not look for longer than this was stopped, or did something else.
  static constexpr Seconds longest_gap{0.02};

 private:
  using Wait = ExecutionTrace::Wait;

  template <class Event>
  static void clear(LinkTrace<Event>& link) noexcept {
    link.bytes = 0;
    link.messages = 0;
    link.events.clear();
  }
  template <class Event>
  static void note(LinkTrace<Event>& link, const Event& event, std::uint64_t bytes) noexcept {
    link.bytes += bytes;
    ++link.messages;
    if (link.events.size() < link.events.capacity()) link.events.push_back(event);
  }
  [[nodiscard]] bool was_away() const noexcept { return now_ - since_ > longest_gap; }
  /// What was not there at the look before and is there now came half-way between, for all we know.
  [[nodiscard]] Seconds came_between(Seconds not_before) const noexcept {
    const Seconds came = was_away() ? now_ : since_ + (now_ - since_) * 0.5;
    return came > not_before ? came : not_before;
  }

  ExecutionTrace& trace_;
  Seconds mark_;
  Seconds now_;    ///< the current look at a lane
  Seconds since_;  ///< the look at it before
  Seconds processor_before_;
};

}  // namespace assay::collectives
