#include "benchmarks/busy_programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace assay::benchmarks {
namespace {

TEST(BusyPrograms, NamesAProgramThatUsesAProcessor) {
  // A grandchild that outlives its parent, so that it is no relative of this process.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const pid_t busy = fork();
    if (busy == 0) {
      alarm(20);  // ends by itself whatever happens
      spin_for(60_s);
      _exit(0);
    }
    const auto written = write(ends[1], &busy, sizeof busy);
    _exit(written == sizeof busy ? 0 : 1);
  }
  pid_t busy = 0;
  ASSERT_EQ(read(ends[0], &busy, sizeof busy), static_cast<ssize_t>(sizeof busy));
  waitpid(child, nullptr, 0);

  const BusyPrograms programs{false};
  sleep_for(400_ms);
  const auto found = programs.found();
  kill(busy, SIGKILL);
  EXPECT_THAT(found, testing::Contains(testing::HasSubstr("(" + std::to_string(busy) + ")")));
}

TEST(BusyPrograms, CountWhatCameAndWent) {
  const BusyPrograms programs{false};
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      spin_for(100_ms);
      _exit(0);
    }
    waitpid(child, nullptr, 0);
  }
  EXPECT_THAT(programs.found(),
              testing::Contains(testing::StartsWith("programs gone or out of sight ")));
}

TEST(BusyPrograms, DoNotCountThisProcess) {
  const BusyPrograms programs{false};
  spin_for(200_ms);
  for (const auto& text : programs.found())
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("(" + std::to_string(getpid()) + ")")));
}

}  // namespace
}  // namespace assay::benchmarks
