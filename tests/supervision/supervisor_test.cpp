#include "supervision/supervisor.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>

#include "core/clock.hpp"
#include "fake_job.hpp"
#include "supervision/health_address.hpp"

namespace assay::supervision {
namespace {

using testing::Each;

class SoundJob : public testing::TestWithParam<int> {};

TEST_P(SoundJob, EndsWithTheWorkersCodeSoonAndQuietly) {
  FakeJob job{GetParam(), work_until_over, short_options()};
  job.wait_until_at_work();
  const Seconds begin = steady_now();
  job.board().is_over = true;
  EXPECT_THAT(job.codes(), Each(0));
  EXPECT_LT(steady_now() - begin, Seconds{1});
  EXPECT_EQ(job.board().reports, 0);
  EXPECT_FALSE(job.has_orphans());
}

INSTANTIATE_TEST_SUITE_P(Ranks, SoundJob, testing::Values(1, 2, 3, 4, 8));

TEST(Supervisor, PassesOnTheCodeOfAVerdict) {
  FakeJob job{3,
              [](int, Heartbeat& heartbeat, Board&) {
                heartbeat.phase = Heartbeat::Phase::finished;
                return ExitCode::verdict_fail;
              },
              short_options()};
  EXPECT_THAT(job.codes(), Each(static_cast<int>(ExitCode::verdict_fail)));
  EXPECT_EQ(job.board().reports, 0);
}

TEST(Supervisor, WaitsForARankThatEndsLater) {
  FakeJob job{3,
              [](int rank, Heartbeat& heartbeat, Board& board) {
                sleep_for(Seconds{0.3} * rank);
                board.is_over = true;
                return work_until_over(rank, heartbeat, board);
              },
              short_options()};
  EXPECT_THAT(job.codes(), Each(0));
  EXPECT_EQ(job.board().reports, 0);
}

TEST(Supervisor, EndsWhereTheJobEndedBeforeAllJoined) {
  SupervisorOptions options = short_options();
  FakeJob job{2,
              [](int rank, Heartbeat& heartbeat, Board&) {
                // An address that leads nowhere: port 1 of this host.
                if (rank == 1) heartbeat.health_address.write("127.0.0.1:1 00");
                heartbeat.phase = Heartbeat::Phase::finished;
                return ExitCode::usage;
              },
              options};
  EXPECT_THAT(job.codes(), Each(static_cast<int>(ExitCode::usage)));
  EXPECT_EQ(job.board().reports, 0);
}

TEST(Supervisor, BearsAWorkerThatIsStoppedForAMoment) {
  FakeJob job{3, work_until_over, short_options()};
  job.wait_until_at_work();
  job.signal_worker(1, SIGSTOP);
  sleep_for(short_options().stop_grace * 0.4);
  job.signal_worker(1, SIGCONT);
  sleep_for(short_options().stop_grace * 1.5);
  job.board().is_over = true;
  EXPECT_THAT(job.codes(), Each(0));
  EXPECT_EQ(job.board().reports, 0);
}

TEST(Supervisor, BearsStrangersAtItsDoor) {
  FakeJob job{3, work_until_over, short_options()};
  job.wait_until_at_work();
  const auto address = parse_health_address(job.board().address.read());
  ASSERT_TRUE(address);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(address->port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<native::FileDescriptor> strangers;
  for (const std::string& word :
       {std::string{}, std::string{"GET / HTTP/1.1\r\n\r\n"}, std::string(100000, 'x'),
        std::string{"join 1 0123\n"}, std::string{"state 1\n"}, std::string{"\0\n\xff\n", 4}}) {
    strangers.emplace_back(::socket(AF_INET, SOCK_STREAM, 0));
    ASSERT_EQ(::connect(strangers.back().get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    ::send(strangers.back().get(), word.data(), word.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  sleep_for(Seconds{0.3});
  job.board().is_over = true;
  EXPECT_THAT(job.codes(), Each(0));
  EXPECT_EQ(job.board().reports, 0);
}

TEST(Supervisor, EndsInconclusiveWhenAskedTo) {
  FakeJob job{3, [](int, Heartbeat& heartbeat, Board&) { return wait_for_ever(heartbeat, 0); },
              short_options()};
  job.wait_until_at_work();
  job.signal_all(SIGTERM);
  EXPECT_THAT(job.codes(), Each(static_cast<int>(ExitCode::verdict_inconclusive)));
  EXPECT_EQ(job.board().reports, 1);
  EXPECT_EQ(job.board().reporter, 0);
  EXPECT_EQ(job.board().cause, static_cast<int>(ProcessFailure::Cause::interrupted));
  EXPECT_FALSE(job.has_orphans());
}

TEST(Supervisor, EndsAProcessThatWasStartedAloneByControlC) {
  FakeJob job{1, work_until_over, short_options()};
  job.wait_until_at_work();
  job.signal_all(SIGINT);
  EXPECT_THAT(job.codes(), Each(static_cast<int>(ExitCode::verdict_inconclusive)));
  EXPECT_EQ(job.board().cause, static_cast<int>(ProcessFailure::Cause::interrupted));
  EXPECT_FALSE(job.has_orphans());
}

}  // namespace
}  // namespace assay::supervision
