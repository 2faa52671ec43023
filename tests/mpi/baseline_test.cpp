#include <gtest/gtest.h>
#include <mpi.h>

#include "benchmarks/all_reduce.hpp"

namespace assay::benchmarks {
namespace {

TEST(MpiBaseline, IsRightAndChecked) {
  Heartbeat heartbeat;
  collectives::MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  const Job job = make_job(world, heartbeat, {}, Deadline::after(60_s));
  AllReduceBenchmark benchmark{job,
                               {"mpi", "default", "auto"},
                               collectives::DataType::float32,
                               collectives::ReduceOp::sum,
                               64_KiB};
  SamplerOptions options;
  options.iterations = 10;
  const auto record = benchmark.measure(64_KiB, false, options);
  EXPECT_EQ(record.wrong, 0u);
  EXPECT_EQ(record.samples_s.size(), 10u);
}

}  // namespace
}  // namespace assay::benchmarks
