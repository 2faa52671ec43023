#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "core/clock.hpp"
#include "fake_job.hpp"
#include "supervision/supervisor.hpp"

namespace assay::supervision {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using Cause = ProcessFailure::Cause;

constexpr int deadline_code = static_cast<int>(ExitCode::deadline);

/// All wait for rank 2, which waits for nobody.
ExitCode wait_for_rank_2(int rank, Heartbeat& heartbeat, Board&) {
  if (rank == 0) heartbeat.run_directory.write("/runs/one");
  return wait_for_ever(heartbeat, rank == 2 ? Heartbeat::nobody : 2);
}

/// One report by `reporter` that names rank 2, its benchmark, and the step it was waited for at.
void expect_rank_2(const Board& board, Cause cause, int reporter = 0) {
  EXPECT_EQ(board.reports, 1);
  EXPECT_EQ(board.reporter, reporter);
  EXPECT_EQ(board.cause, static_cast<int>(cause)) << board.text.read();
  EXPECT_EQ(board.culprit, 2) << board.text.read();
  EXPECT_EQ(board.benchmark.read(), "pair 2->0");
  EXPECT_EQ(board.step, 3);
  EXPECT_THAT(board.first_evidence.read(), HasSubstr("waited for rank 2"));
  EXPECT_EQ(board.run_directory.read(), "/runs/one");
}

TEST(SupervisedFailure, KilledWorkerIsNamed) {
  FakeJob job{4, wait_for_rank_2, short_options()};
  job.wait_until_at_work();
  job.signal_worker(2, SIGKILL);
  EXPECT_THAT(job.codes(), Each(deadline_code));
  expect_rank_2(job.board(), Cause::died);
  EXPECT_THAT(job.board().text.read(), HasSubstr("died: signal 9 (Killed)"));
  EXPECT_FALSE(job.has_orphans());
}

TEST(SupervisedFailure, WorkerThatGivesUpInTheMiddleIsNamedAndItsCodeKept) {
  FakeJob job{3,
              [](int rank, Heartbeat& heartbeat, Board&) {
                if (rank != 2) return wait_for_ever(heartbeat, 2);
                sleep_for(Seconds{0.3});
                return ExitCode::cuda;
              },
              short_options()};
  EXPECT_THAT(job.codes(), Each(static_cast<int>(ExitCode::cuda)));
  EXPECT_EQ(job.board().culprit, 2);
  EXPECT_EQ(job.board().cause, static_cast<int>(Cause::died));
}

TEST(SupervisedFailure, StoppedWorkerIsNamedAfterTheGrace) {
  FakeJob job{4, wait_for_rank_2, short_options()};
  job.wait_until_at_work();
  const Seconds begin = steady_now();
  job.signal_worker(2, SIGSTOP);
  EXPECT_THAT(job.codes(), Each(deadline_code));
  EXPECT_GE(steady_now() - begin, short_options().stop_grace);
  expect_rank_2(job.board(), Cause::stopped);
  EXPECT_FALSE(job.has_orphans());
}

TEST(SupervisedFailure, RankThatAllWaitForPastTheDeadlineIsNamed) {
  FakeJob job{4,
              [](int rank, Heartbeat& heartbeat, Board& board) {
                if (rank != 2) heartbeat.deadline_ns = Deadline::after(Seconds{0.2}).nanoseconds();
                return wait_for_rank_2(rank, heartbeat, board);
              },
              short_options()};
  EXPECT_THAT(job.codes(), Each(deadline_code));
  expect_rank_2(job.board(), Cause::overdue);
  EXPECT_FALSE(job.has_orphans());
}

TEST(SupervisedFailure, LinksThatWereLostAreTold) {
  SupervisorOptions options = short_options();
  options.lost_links = [] { return std::string{"eth0 lost its link 3 times"}; };
  FakeJob job{3,
              [](int rank, Heartbeat& heartbeat, Board& board) {
                constexpr Seconds longer_than_between_looks{1.5};
                heartbeat.deadline_ns = Deadline::after(longer_than_between_looks).nanoseconds();
                return wait_for_rank_2(rank, heartbeat, board);
              },
              options};
  EXPECT_THAT(job.codes(), Each(deadline_code));
  EXPECT_EQ(job.board().culprit, 2);
  EXPECT_THAT(job.board().first_evidence.read(),
              HasSubstr(": eth0 lost its link 3 times since the job began"));
}

TEST(SupervisedFailure, WorkerThatGaveUpWaitingNamesItsPeer) {
  FakeJob job{3,
              [](int rank, Heartbeat& heartbeat, Board& board) {
                if (rank != 1) return wait_for_rank_2(rank, heartbeat, board);
                heartbeat.benchmark.write("pair 2->0");
                heartbeat.waiting_for = 2;
                heartbeat.step = 3;
                sleep_for(Seconds{0.3});
                heartbeat.phase = Heartbeat::Phase::timed_out;
                return ExitCode::deadline;
              },
              short_options()};
  EXPECT_THAT(job.codes(), Each(deadline_code));
  expect_rank_2(job.board(), Cause::overdue);
}

TEST(SupervisedFailure, WorkerWithoutDeadlineAndProgressIsNamed) {
  SupervisorOptions options = short_options();
  options.stall = Seconds{0.8};
  FakeJob job{3, wait_for_rank_2, options};
  EXPECT_THAT(job.codes(), Each(deadline_code));
  expect_rank_2(job.board(), Cause::overdue);
}

TEST(SupervisedFailure, WorkerThatDoesNotEndIsNamed) {
  SupervisorOptions options = short_options();
  options.finish = Seconds{0.5};
  FakeJob job{3,
              [](int rank, Heartbeat& heartbeat, Board&) {
                heartbeat.phase = Heartbeat::Phase::finished;
                return rank == 2 ? wait_for_ever(heartbeat, Heartbeat::nobody) : ExitCode::success;
              },
              options};
  EXPECT_THAT(job.codes(), Each(deadline_code));
  EXPECT_EQ(job.board().culprit, 2);
  EXPECT_THAT(job.board().text.read(), HasSubstr("did not end"));
}

TEST(SupervisedFailure, KilledSupervisorTakesItsWorkerAlongAndIsNamed) {
  FakeJob job{4, wait_for_rank_2, short_options()};
  job.wait_until_at_work();
  job.signal_supervisor(2, SIGKILL);
  EXPECT_THAT(job.codes(), ElementsAre(deadline_code, deadline_code, -SIGKILL, deadline_code));
  expect_rank_2(job.board(), Cause::died);
  EXPECT_THAT(job.board().text.read(), HasSubstr("vanished"));
  EXPECT_FALSE(job.has_orphans());
}

TEST(SupervisedFailure, KilledSupervisorIsNamedThoughTheLauncherAsksAllToEnd) {
  FakeJob job{4, wait_for_rank_2, short_options()};
  job.wait_until_at_work();
  job.signal_supervisor(2, SIGKILL);
  sleep_for(Seconds{0.01});
  job.signal_all(SIGTERM);
  EXPECT_THAT(job.codes(), ElementsAre(deadline_code, deadline_code, -SIGKILL, deadline_code));
  expect_rank_2(job.board(), Cause::died);
  EXPECT_FALSE(job.has_orphans());
}

TEST(SupervisedFailure, StoppedSupervisorIsSilent) {
  FakeJob job{3, wait_for_rank_2, short_options()};
  job.wait_until_at_work();
  job.signal_supervisor(2, SIGSTOP);
  // The stopped one is left to its launcher; here that is the test.
  sleep_for(short_options().silence + short_options().collect + Seconds{1.5});
  expect_rank_2(job.board(), Cause::silent);
  job.signal_supervisor(2, SIGKILL);
  EXPECT_THAT(job.codes(), ElementsAre(deadline_code, deadline_code, -SIGKILL));
  EXPECT_FALSE(job.has_orphans());
}

TEST(SupervisedFailure, OfRank0sSupervisorIsReportedByTheNextRank) {
  FakeJob job{3, [](int, Heartbeat& heartbeat, Board&) { return wait_for_ever(heartbeat, 0); },
              short_options()};
  job.wait_until_at_work();
  job.signal_supervisor(0, SIGKILL);
  EXPECT_THAT(job.codes(), ElementsAre(-SIGKILL, deadline_code, deadline_code));
  EXPECT_EQ(job.board().reporter, 1);
  EXPECT_EQ(job.board().culprit, 0);
  EXPECT_EQ(job.board().cause, static_cast<int>(Cause::died));
  EXPECT_FALSE(job.has_orphans());
}

TEST(SupervisedFailure, OfRank0sSupervisorIsReportedThoughTheLauncherAsksAllToEnd) {
  FakeJob job{3, [](int, Heartbeat& heartbeat, Board&) { return wait_for_ever(heartbeat, 0); },
              short_options()};
  job.wait_until_at_work();
  job.signal_supervisor(0, SIGKILL);
  job.signal_all(SIGTERM);
  EXPECT_THAT(job.codes(), ElementsAre(-SIGKILL, deadline_code, deadline_code));
  EXPECT_GE(job.board().reports, 1);
  EXPECT_EQ(job.board().culprit, 0);
  EXPECT_FALSE(job.has_orphans());
}

TEST(SupervisedFailure, OfRank0sStoppedSupervisorIsReportedByTheNextRank) {
  FakeJob job{3, [](int, Heartbeat& heartbeat, Board&) { return wait_for_ever(heartbeat, 0); },
              short_options()};
  job.wait_until_at_work();
  job.signal_supervisor(0, SIGSTOP);
  sleep_for(short_options().silence + Seconds{1.5});
  EXPECT_EQ(job.board().reporter, 1);
  EXPECT_EQ(job.board().culprit, 0);
  EXPECT_EQ(job.board().cause, static_cast<int>(Cause::silent));
  job.signal_supervisor(0, SIGKILL);
  EXPECT_THAT(job.codes(), ElementsAre(-SIGKILL, deadline_code, deadline_code));
}

TEST(SupervisedFailure, OfRank0sWorkerIsReportedByItsSupervisor) {
  FakeJob job{3, [](int, Heartbeat& heartbeat, Board&) { return wait_for_ever(heartbeat, 0); },
              short_options()};
  job.wait_until_at_work();
  job.signal_worker(0, SIGKILL);
  EXPECT_THAT(job.codes(), Each(deadline_code));
  EXPECT_EQ(job.board().reporter, 0);
  EXPECT_EQ(job.board().culprit, 0);
}

TEST(SupervisedFailure, BeforeTheRanksKnowEachOtherIsReportedByTheOneItHits) {
  FakeJob job{1,
              [](int, Heartbeat&, Board&) -> ExitCode {
                ::kill(::getpid(), SIGKILL);
                return ExitCode::success;
              },
              short_options(), FakeJob::Start::never};
  EXPECT_THAT(job.codes(), Each(deadline_code));
  EXPECT_EQ(job.board().reports, 1);
  EXPECT_EQ(job.board().culprit, 0);
  EXPECT_THAT(job.board().text.read(), HasSubstr("signal 9"));
}

TEST(SupervisedFailure, OfAStartThatNeverEndsIsReported) {
  SupervisorOptions options = short_options();
  options.startup = Seconds{0.3};
  FakeJob job{
      1,
      [](int, Heartbeat& heartbeat, Board&) { return wait_for_ever(heartbeat, Heartbeat::nobody); },
      options, FakeJob::Start::never};
  EXPECT_THAT(job.codes(), Each(deadline_code));
  EXPECT_EQ(job.board().reports, 1);
  EXPECT_THAT(job.board().text.read(), HasSubstr("did not find the other ranks within 0.3 s"));
}

}  // namespace
}  // namespace assay::supervision
