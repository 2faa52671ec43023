#pragma once

#include <cstdint>

#include "core/clock.hpp"
#include "core/machine.hpp"
#include "core/processor.hpp"

namespace assay {

/// How a rank passes the time while a peer is not ready.
struct WaitPolicy {
  /// Polls before the first yield: a yield costs a system call, and these pass in the cache, in a
  /// tenth of a millisecond or two.
  int polls_before_yield = 4096;
  /// But no longer than this: where a poll asks the kernel, as of a socket, it takes microseconds,
  /// and who shares the processor, perhaps the peer itself, would wait for thousands of them.
  std::int64_t nanoseconds_before_yield = 200'000;

  /// For ranks that outnumber the processors: whoever waits must let its peer run at once.
  [[nodiscard]] static constexpr WaitPolicy oversubscribed() { return {1, 0}; }
};

/// One wait under a policy. Call `pause` between polls, `reset` when something moved.
class Waiter {
 public:
  explicit Waiter(WaitPolicy policy) noexcept : policy_{policy} {}
  void reset() noexcept {
    polls_ = 0;
    is_long_ = false;
  }
  void pause() noexcept {
    ++polls_;
    if (polls_ < polls_at_once && policy_.polls_before_yield > polls_at_once) return;
    if (should_look_up()) look_at_the_clock();
    if (gives_way())
      yield_processor();
    else
      processor_relax();
  }
  /// True when it has been so long that the processor is left to others between polls.
  [[nodiscard]] bool gives_way() const noexcept {
    return is_long_ || polls_ >= policy_.polls_before_yield;
  }
  /// True now and then (not on the first polls): time to look at the clock.
  [[nodiscard]] bool should_look_up() const noexcept {
    return polls_ % polls_between_looks == polls_between_looks - 1;
  }

 private:
  static constexpr int polls_between_looks = 64;
  /// A peer that is about to be ready is seen sooner without a pause between polls.
  static constexpr int polls_at_once = 32;

  void look_at_the_clock() noexcept {
    const std::int64_t now = steady_nanoseconds();
    if (polls_ < polls_between_looks)
      first_look_ = now;
    else
      is_long_ = is_long_ || now - first_look_ >= policy_.nanoseconds_before_yield;
  }

  WaitPolicy policy_;
  int polls_ = 0;
  std::int64_t first_look_ = 0;
  bool is_long_ = false;
};

}  // namespace assay
