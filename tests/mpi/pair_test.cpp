#include "benchmarks/pair.hpp"

#include <gtest/gtest.h>

#include <set>

namespace assay::benchmarks {
namespace {

class Pairs : public testing::TestWithParam<const char*> {};

TEST_P(Pairs, AreMeasuredInAsManyRoundsAsHaveThem) {
  Heartbeat heartbeat;
  collectives::MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  if (world.size() < 2) GTEST_SKIP() << "a pair needs two ranks";
  const Job job = make_job(world, heartbeat, {}, Deadline::after(Seconds{60}));
  PairOptions options;
  options.transport = GetParam();
  options.size = Bytes{4096};
  options.latency = false;
  options.passes = 2;
  options.sampler.iterations = 4;
  options.sampler.warmup = 1;
  // Repeats ask for either end first, and for a pair more than once. That links outlive what they
  // were made of shows under AddressSanitizer and in the simulator.
  const auto records = measure_pairs(job, {{{0, 1}}, {{1, 0}}, {{0, 1}}}, options);
  if (world.rank() != 0) return;
  std::set<int> senders;
  for (const auto& record : records) {
    EXPECT_EQ(record.benchmark, "pair");
    EXPECT_EQ(record.wrong, 0);
    EXPECT_EQ(record.samples_s.size(), 24U) << "of three rounds and two turns";
    senders.insert(record.from_rank.value());
  }
  EXPECT_EQ(records.size(), 2U);
  EXPECT_EQ(senders, (std::set<int>{0, 1}));
}

INSTANTIATE_TEST_SUITE_P(Transports, Pairs, testing::Values("mpi", "shared_memory"),
                         [](const auto& param) { return std::string{param.param}; });

}  // namespace
}  // namespace assay::benchmarks
