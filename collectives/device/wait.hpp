#pragma once

#include <cstdint>

#include "collectives/device/lane_table.hpp"
#include "collectives/device/qualifier.hpp"

namespace assay::collectives::device {

/// How a wait ended.
using WaitEnd = LaneVerdict::Cause;

/// A clock and an abort word for the waits of one execution.
template <class Machine>
class Patience {
 public:
  ASSAY_DEVICE explicit Patience(const Limits& limits)
      : end_{Machine::nanoseconds() + limits.nanoseconds}, abort_{limits.abort} {}

  /// By one thread: until the counter has come to `at_least`.
  ASSAY_DEVICE WaitEnd wait_for(const Counter* counter, Counter at_least) const {
    return wait_until([=] { return Machine::acquire(counter) >= at_least; });
  }

  template <class Condition>
  ASSAY_DEVICE WaitEnd wait_until(Condition holds) const {
    constexpr std::uint32_t polls_between_looks = 256;
    for (std::uint32_t polls = 1; !holds(); ++polls) {
      if (polls % polls_between_looks == 0) {
        if (Machine::volatile_load(abort_) != 0) return WaitEnd::aborted;
        if (Machine::nanoseconds() > end_) return WaitEnd::timed_out;
      }
      Machine::pause();
    }
    return WaitEnd::none;
  }

 private:
  std::uint64_t end_;
  const std::uint32_t* abort_;
};

}  // namespace assay::collectives::device
