#include "supervision/condition.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace assay::supervision {
namespace {

using Phase = Heartbeat::Phase;

struct Case {
  std::string name;
  WorkerView view;
  Condition expected;
};

WorkerView running(Phase phase) {
  return {WorkerState::running, 0, phase, {}, Seconds{-1}, {}, {}};
}
WorkerView exited(int code, Phase phase) {
  return {WorkerState::exited, code, phase, {}, Seconds{-1}, {}, {}};
}
WorkerView killed(int signal, Phase phase) {
  return {WorkerState::killed, signal, phase, {}, Seconds{-1}, {}, {}};
}
WorkerView with(WorkerView view, Seconds WorkerView::*field, Seconds value) {
  view.*field = value;
  return view;
}
WorkerView stopped(Seconds span) {
  WorkerView view = running(Phase::running);
  view.worker = WorkerState::stopped;
  view.stopped_for = span;
  view.overdue_by = Seconds{100};
  return view;
}

class WorkerJudged : public testing::TestWithParam<Case> {};

TEST_P(WorkerJudged, AsExpected) {
  EXPECT_EQ(judge_worker(GetParam().view, SupervisorOptions{}), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, WorkerJudged,
    testing::Values(
        Case{"running", running(Phase::running), Condition::sound},
        Case{"success", exited(0, Phase::finished), Condition::done},
        Case{"verdict", exited(10, Phase::finished), Condition::done},
        Case{"foreign_code", exited(11, Phase::finished), Condition::died},
        Case{"success_in_the_middle", exited(0, Phase::running), Condition::died},
        Case{"error_in_the_middle", exited(1, Phase::running), Condition::died},
        Case{"error_at_start", exited(1, Phase::starting), Condition::died},
        Case{"timed_out", exited(4, Phase::timed_out), Condition::overdue},
        Case{"deadline_elsewhere", exited(4, Phase::running), Condition::overdue},
        Case{"about_to_leave", running(Phase::timed_out), Condition::overdue},
        Case{"killed", killed(SIGKILL, Phase::running), Condition::died},
        Case{"killed_at_the_end", killed(SIGSEGV, Phase::finished), Condition::died},
        Case{"terminated", killed(SIGTERM, Phase::running), Condition::terminated},
        Case{"stopped_briefly", stopped(Seconds{1}), Condition::sound},
        Case{"stopped_long", stopped(Seconds{6}), Condition::stopped},
        Case{"just_past_deadline",
             with(running(Phase::running), &WorkerView::overdue_by, Seconds{0.1}),
             Condition::sound},
        Case{"past_deadline", with(running(Phase::running), &WorkerView::overdue_by, Seconds{0.6}),
             Condition::overdue},
        Case{"old_deadline_when_finished",
             with(running(Phase::finished), &WorkerView::overdue_by, Seconds{9}), Condition::sound},
        Case{"no_progress", with(running(Phase::running), &WorkerView::same_for, Seconds{301}),
             Condition::stalled},
        Case{"no_progress_at_start",
             with(running(Phase::starting), &WorkerView::same_for, Seconds{301}), Condition::sound},
        Case{"does_not_end", with(running(Phase::finished), &WorkerView::finished_for, Seconds{31}),
             Condition::lingering}),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace assay::supervision
