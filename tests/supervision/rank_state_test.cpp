#include "supervision/rank_state.hpp"

#include <gtest/gtest.h>

namespace assay::supervision {
namespace {

RankState some_state() {
  RankState state;
  state.rank = 2;
  state.host = "n1";
  state.pid = 71;
  state.worker = WorkerState::killed;
  state.number = 9;
  state.phase = Heartbeat::Phase::running;
  state.condition = Condition::died;
  state.benchmark = "pair 2->0";
  state.lane = 1;
  state.step = 3;
  state.waiting_for = Heartbeat::everybody;
  state.asked_to_end = true;
  state.lost_links = "eth0 lost its link 3 times";
  return state;
}

TEST(RankState, SurvivesTheChannel) { EXPECT_EQ(decode(encode(some_state())), some_state()); }

TEST(RankState, SurvivesTheChannelWithHostileTexts) {
  RankState state = some_state();
  state.host = "";
  state.benchmark = "a\tb\nc\\td\\";
  const std::string line = encode(state);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(decode(line), state);
}

TEST(RankState, HasBoundedTexts) {
  RankState state = some_state();
  state.benchmark.assign(100000, 'x');
  state.lost_links.assign(100000, 'x');
  EXPECT_LT(encode(state).size(), 1000u);
}

TEST(RankState, IsNotReadFromAnythingElse) {
  const std::string line = encode(some_state());
  EXPECT_FALSE(decode(""));
  EXPECT_FALSE(decode("\t\t\t\t\t\t\t\t\t\t\t\t"));
  EXPECT_FALSE(decode(line + "\t1"));
  EXPECT_FALSE(decode(line.substr(0, line.rfind('\t'))));
  EXPECT_FALSE(decode("x" + line));
  EXPECT_FALSE(decode("2\tn1\t71\t9\t9\t1\t2\tpair\t1\t3\t-2\t1\t"));   // no such worker state
  EXPECT_FALSE(decode("2\tn1\t71\t1\t9\t1\t99\tpair\t1\t3\t-2\t1\t"));  // no such condition
  EXPECT_FALSE(decode("99999999999\tn1\t71\t1\t9\t1\t2\tpair\t1\t3\t-2\t1\t"));
}

}  // namespace
}  // namespace assay::supervision
