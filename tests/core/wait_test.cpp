#include "core/wait.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

/// How many polls, each of this length, pass before the processor is left to others.
int polls_before_giving_way(WaitPolicy policy, Seconds poll) {
  Waiter waiter{policy};
  int polls = 0;
  while (!waiter.gives_way()) {
    if (poll > Seconds{0}) spin_for(poll);
    waiter.pause();
    ++polls;
  }
  return polls;
}

TEST(Waiter, GivesWayAfterManyQuickPolls) {
  WaitPolicy policy;
  policy.nanoseconds_before_yield = std::int64_t{3600} * 1'000'000'000;
  EXPECT_EQ(polls_before_giving_way(policy, Seconds{0}), policy.polls_before_yield);
}

TEST(Waiter, PollsThatTakeLongAreFew) {
  // A socket's: the second look at the clock is after 128 of them, which take 2.6 ms.
  EXPECT_LE(polls_before_giving_way({}, Seconds{20e-6}), 128);
}

TEST(Waiter, RanksThatOutnumberTheProcessorsGiveWayAtOnce) {
  EXPECT_EQ(polls_before_giving_way(WaitPolicy::oversubscribed(), Seconds{0}), 1);
}

TEST(Waiter, EachWaitBeginsAnew) {
  Waiter waiter{{}};
  while (!waiter.gives_way()) waiter.pause();
  waiter.reset();
  EXPECT_FALSE(waiter.gives_way());
}

}  // namespace
}  // namespace assay
