#include "benchmarks/disturbance.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "core/clock.hpp"

namespace assay::benchmarks {
namespace {

TEST(DisturbanceProbe, NoticesAThreadThatSharesItsProcessor) {
  std::ifstream statistics{"/proc/thread-self/schedstat"};
  if (!statistics) GTEST_SKIP() << "this kernel keeps no scheduler statistics";
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  int processor = 0;
  while (!CPU_ISSET(processor, &before)) ++processor;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);

  std::atomic<bool> stop{false};
  std::thread rival{[&] {
    while (!stop) {
    }
  }};
  DisturbanceProbe probe;
  spin_for(100_ms);
  const Disturbance found = probe.since_last();
  stop = true;
  rival.join();
  sched_setaffinity(0, sizeof before, &before);
  EXPECT_TRUE(found.noticed());
  EXPECT_GT(found.run_queue_wait, 10_ms);
}

TEST(Disturbance, AddsUp) {
  Disturbance sum{1, 2_ms};
  sum += {2, 3_ms};
  EXPECT_EQ(sum.involuntary_switches, 3u);
  EXPECT_DOUBLE_EQ(sum.run_queue_wait.value, 5e-3);
  EXPECT_TRUE(sum.noticed());
  EXPECT_FALSE((Disturbance{0, 1_us}).noticed());
}

}  // namespace
}  // namespace assay::benchmarks
