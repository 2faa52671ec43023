#include "supervision/diagnosis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <string>

namespace assay::supervision {
namespace {

using Cause = ProcessFailure::Cause;
constexpr int nobody = Heartbeat::nobody;
constexpr int everybody = Heartbeat::everybody;

RankState rank_in(int rank, Condition condition, int waiting_for = nobody) {
  RankState state;
  state.rank = rank;
  state.host = "n" + std::to_string(rank);
  state.pid = 70 + rank;
  state.phase = Heartbeat::Phase::running;
  state.condition = condition;
  state.benchmark = "all_reduce ring";
  state.waiting_for = waiting_for;
  state.step = waiting_for == nobody ? -1 : 3;
  return state;
}
RankState waits_for(int awaited) { return rank_in(0, Condition::sound, awaited); }
RankState is(Condition condition, int awaited = nobody) { return rank_in(0, condition, awaited); }
RankState killed(int signal, int order = 1) {
  RankState state = is(signal == SIGTERM ? Condition::terminated : Condition::died);
  state.worker = WorkerState::killed;
  state.number = signal;
  state.alarm_order = order;
  return state;
}
RankState left(int code, int order = 1) {
  RankState state = is(Condition::died);
  state.worker = WorkerState::exited;
  state.number = code;
  state.alarm_order = order;
  return state;
}
RankState stopped(Condition condition) {
  RankState state = is(condition);
  state.worker = WorkerState::stopped;
  return state;
}
RankState asked(RankState state) {
  state.asked_to_end = true;
  return state;
}
RankState mute(RankState state) {
  state.answered = false;
  return state;
}
RankState cut(RankState state) {
  state.lost_links = "eth0 lost its link 3 times";
  return state;
}

struct Case {
  std::string name;
  std::vector<RankState> ranks;
  Cause cause;
  int culprit;
  bool is_guess = false;
  ExitCode code = ExitCode::deadline;
};

class Diagnosed : public testing::TestWithParam<Case> {};

TEST_P(Diagnosed, AsExpected) {
  auto ranks = GetParam().ranks;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    ranks[i].rank = static_cast<int>(i);
    ranks[i].host = "n" + std::to_string(i);
  }
  const auto failure = diagnose(ranks);
  EXPECT_EQ(failure.cause, GetParam().cause) << failure.text;
  EXPECT_EQ(failure.rank, GetParam().culprit) << failure.text;
  EXPECT_EQ(failure.is_guess, GetParam().is_guess) << failure.text;
  EXPECT_EQ(failure.code, GetParam().code) << failure.text;
  const bool is_known = failure.rank >= 0;
  EXPECT_EQ(failure.host, is_known ? "n" + std::to_string(failure.rank) : "");
  EXPECT_FALSE(failure.text.empty());
}

const auto overdue = Condition::overdue;
const auto lost = Condition::lost;
const auto term = [] { return asked(killed(SIGTERM)); };

INSTANTIATE_TEST_SUITE_P(
    Table, Diagnosed,
    testing::Values(
        Case{"killed", {waits_for(2), waits_for(2), killed(9)}, Cause::died, 2},
        Case{"first_of_two_killed", {killed(11, 2), waits_for(2), killed(9, 1)}, Cause::died, 2},
        Case{"killed_before_stopped",
             {stopped(Condition::stopped), killed(9), waits_for(1)},
             Cause::died,
             1},
        Case{"killed_before_those_who_fail_of_it",
             {left(1, 1), killed(9, 2), left(1, 3)},
             Cause::died,
             1},
        Case{"left_by_itself", {waits_for(1), left(1)}, Cause::died, 1, false, ExitCode::internal},
        Case{"left_by_itself_as_if_well", {waits_for(1), left(0)}, Cause::died, 1},
        Case{"left_with_a_foreign_code", {waits_for(1), left(77)}, Cause::died, 1},
        Case{"terminated_alone", {waits_for(1), killed(SIGTERM)}, Cause::died, 1},
        Case{"all_terminated",
             {term(), term(), term()},
             Cause::interrupted,
             -1,
             false,
             ExitCode::verdict_inconclusive},
        Case{"asked",
             {asked(waits_for(1)), waits_for(0)},
             Cause::interrupted,
             -1,
             false,
             ExitCode::verdict_inconclusive},
        Case{"killed_and_all_asked", {term(), killed(9), term()}, Cause::died, 1},
        Case{"lost_and_all_asked", {term(), is(lost), term()}, Cause::died, 1},
        Case{"stopped", {waits_for(1), stopped(Condition::stopped)}, Cause::stopped, 1},
        Case{"stopped_shorter_than_the_grace_but_others_overdue",
             {is(overdue, 1), stopped(Condition::sound)},
             Cause::stopped,
             1},
        Case{"lost", {waits_for(1), is(lost)}, Cause::died, 1},
        Case{"lost_before_those_who_fail_of_it", {left(1), is(lost)}, Cause::died, 1},
        Case{"silent", {waits_for(1), is(Condition::silent)}, Cause::silent, 1},
        Case{"lingering", {is(Condition::done), is(Condition::lingering)}, Cause::overdue, 1},
        Case{"waited_for_directly",
             {is(overdue, 2), is(overdue, 2), is(Condition::sound)},
             Cause::overdue,
             2},
        Case{"waited_for_through_others",
             {is(overdue, 1), is(overdue, 2), is(overdue, 3), is(Condition::sound)},
             Cause::overdue,
             3},
        Case{"not_in_the_barrier",
             {is(overdue, everybody), is(Condition::sound), is(overdue, everybody)},
             Cause::overdue,
             1},
        Case{"busy_beyond_its_own_deadline", {is(overdue)}, Cause::overdue, 0},
        Case{"stalled", {is(Condition::stalled, 1), is(Condition::sound)}, Cause::overdue, 1},
        Case{"does_not_answer_when_others_wait",
             {is(overdue, 1), mute(waits_for(0))},
             Cause::silent,
             1},
        Case{"never_joined_and_others_wait",
             {is(overdue, 1), is(Condition::unknown)},
             Cause::silent,
             1},
        Case{"two_as_likely",
             {is(overdue, everybody), is(Condition::sound), is(Condition::sound)},
             Cause::overdue,
             1,
             true},
        Case{"circle", {is(overdue, 1), is(overdue, 0), is(overdue, 1)}, Cause::overdue, 1, true},
        Case{"cut_off_and_another_one_is_waited_for",
             {is(overdue, 2), cut(is(overdue, 2)), is(Condition::sound)},
             Cause::cut_off,
             1},
        Case{"cut_off_and_another_one_is_silent",
             {waits_for(1), cut(waits_for(0)), is(Condition::silent)},
             Cause::cut_off,
             1},
        Case{"two_cut_off",
             {is(overdue, 2), cut(waits_for(2)), cut(waits_for(1))},
             Cause::overdue,
             2,
             true},
        Case{"cut_off_and_killed", {waits_for(2), cut(waits_for(2)), killed(9)}, Cause::died, 2},
        Case{"cut_off_without_another_host", {cut(is(overdue))}, Cause::overdue, 0},
        Case{"all_in_a_barrier",
             {is(overdue, everybody), is(overdue, everybody)},
             Cause::overdue,
             -1,
             true}),
    [](const auto& instance) { return instance.param.name; });

TEST(Diagnosis, SaysWhoDiedHowAndWhere) {
  std::vector<RankState> ranks{rank_in(0, Condition::sound, 2), rank_in(1, Condition::sound, 0),
                               killed(9)};
  ranks[2].rank = 2;
  ranks[2].host = "n1";
  ranks[2].pid = 71;
  ranks[2].waiting_for = everybody;  // in its last moment: of no interest
  const auto failure = diagnose(ranks);
  EXPECT_EQ(failure.text,
            "rank 2 (pid 71) on n1 died: signal 9 (Killed) during all_reduce ring, step 3");
  EXPECT_EQ(failure.benchmark, "all_reduce ring");
  EXPECT_EQ(failure.step, 3);  // where rank 0 waited for it
  EXPECT_THAT(
      failure.evidence,
      testing::ElementsAre("rank 0 on n0 waited for rank 2 during all_reduce ring, step 3",
                           "rank 1 on n1 waited for rank 0 during all_reduce ring, step 3"));
}

TEST(Diagnosis, SaysThatAGuessIsOne) {
  const auto failure =
      diagnose({rank_in(0, overdue, 1), rank_in(1, overdue, 0), rank_in(2, overdue, 1)});
  EXPECT_THAT(failure.text, testing::HasSubstr("guess"));
}

TEST(Diagnosis, SaysWhichLinkWasLostOncePerHost) {
  std::vector<RankState> ranks{rank_in(0, overdue, 2), cut(rank_in(1, overdue, 2)),
                               cut(rank_in(2, Condition::sound))};
  ranks[2].host = ranks[1].host;
  const auto failure = diagnose(ranks);
  EXPECT_EQ(failure.text,
            "the ranks waited for each other in vain during all_reduce ring, step 3; n1: eth0 lost "
            "its link 3 times since the job began");
  EXPECT_THAT(failure.evidence,
              testing::ElementsAre(testing::StartsWith("rank 0 on n0 waited for rank 2"),
                                   testing::StartsWith("rank 1 on n1 waited for rank 2")));
}

TEST(Diagnosis, TellsOfLostLinksWhateverTheCause) {
  const auto failure = diagnose({rank_in(0, Condition::sound, 1), cut(left(1))});
  EXPECT_EQ(failure.cause, Cause::died);
  EXPECT_THAT(failure.evidence, testing::Contains(testing::HasSubstr("lost its link 3 times")));
}

TEST(Diagnosis, SaysOfAnInterruptedJobWhoNeverJoined) {
  std::vector<RankState> ranks{asked(rank_in(0, Condition::sound)), rank_in(1, Condition::sound),
                               rank_in(2, Condition::unknown)};
  const auto text = [&] { return diagnose(ranks).text; };
  EXPECT_EQ(text(),
            "interrupted: asked to end during all_reduce ring; rank 2 never joined the health "
            "channel");
  ranks.push_back(rank_in(3, Condition::unknown));
  EXPECT_THAT(text(), testing::EndsWith("; rank 2 and 1 more never joined the health channel"));
  ranks.front().condition = Condition::unknown;  // told by another rank, which knows of no others
  EXPECT_EQ(text(), "interrupted: asked to end during all_reduce ring");
}

TEST(Diagnosis, TellsOfManyRanksTheFirstFew) {
  std::vector<RankState> ranks;
  for (int rank = 0; rank < 4096; ++rank) ranks.push_back(rank_in(rank, overdue, rank + 1));
  ranks.back().waiting_for = nobody;
  const auto failure = diagnose(ranks);
  EXPECT_EQ(failure.rank, 4095);
  EXPECT_EQ(failure.evidence.size(), 17u);
  EXPECT_EQ(failure.evidence.back(), "and 4079 more ranks");
}

}  // namespace
}  // namespace assay::supervision
