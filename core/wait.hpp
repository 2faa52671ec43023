#pragma once

#include "core/machine.hpp"
#include "core/processor.hpp"

namespace assay {

/// How a rank passes the time while a peer is not ready.
struct WaitPolicy {
  /// Polls before the first yield: a few microseconds pass in the cache, a yield costs a system
  /// call.
  int polls_before_yield = 4096;

  /// For ranks that outnumber the processors: whoever waits must let its peer run at once.
  [[nodiscard]] static constexpr WaitPolicy oversubscribed() { return {1}; }
};

/// One wait under a policy. Call `pause` between polls, `reset` when something moved.
class Waiter {
 public:
  explicit Waiter(WaitPolicy policy) noexcept : policy_{policy} {}
  void reset() noexcept { polls_ = 0; }
  void pause() noexcept {
    ++polls_;
    if (polls_ < polls_at_once && policy_.polls_before_yield > polls_at_once) return;
    if (polls_ < policy_.polls_before_yield)
      processor_relax();
    else
      yield_processor();
  }
  /// True now and then (not on the first polls): time to look at the clock.
  [[nodiscard]] bool should_look_up() const noexcept {
    constexpr int polls_between_looks = 64;
    return polls_ % polls_between_looks == polls_between_looks - 1;
  }

 private:
  /// A peer that is about to be ready is seen sooner without a pause between polls.
  static constexpr int polls_at_once = 32;

  WaitPolicy policy_;
  int polls_ = 0;
};

}  // namespace assay
