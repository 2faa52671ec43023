#include <gtest/gtest.h>
#include <mpi.h>

#include <utility>
#include <vector>

#include "benchmarks/collective.hpp"
#include "benchmarks/pattern.hpp"
#include "collectives/baseline/mpi_type.hpp"
#include "collectives/reduction.hpp"

namespace assay::benchmarks {
namespace {

TEST(MpiBaseline, IsRightAndChecked) {
  Heartbeat heartbeat;
  collectives::MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  const Job job = make_job(world, heartbeat, {}, Deadline::after(60_s));
  CollectiveBenchmark benchmark{job, {"mpi", "default", "auto", false}, {}, 64_KiB};
  SamplerOptions options;
  options.iterations = 10;
  const auto record = benchmark.measure(64_KiB, false, options);
  EXPECT_EQ(record.wrong, 0u);
  EXPECT_EQ(record.samples_s.size(), 10u);
}

/// What MPI's own all-reduce makes of this rank's input, with what avg and mulsum need besides.
std::vector<std::byte> all_reduced(const PatternShape& shape, std::vector<std::byte> data,
                                   std::size_t count) {
  const collectives::MpiType type{shape.type};
  const collectives::MpiOperator combining{shape.type, shape.op};
  const auto& arithmetic = find_reduction(shape.type, shape.op);
  if (shape.op == collectives::ReduceOp::mulsum)
    arithmetic.multiply(data.data(), data.data(), collectives::mulsum_factor(shape.rank), count);
  native::check_mpi(MPI_Allreduce(MPI_IN_PLACE, data.data(), static_cast<int>(count), type.get(),
                                  combining.get(), MPI_COMM_WORLD));
  if (shape.op == collectives::ReduceOp::avg)
    arithmetic.divide(data.data(), data.data(), shape.ranks, count);
  return data;
}

TEST(MpiType, IsReducedRightForEveryTypeAndOperation) {
  PatternShape shape;
  MPI_Comm_rank(MPI_COMM_WORLD, &shape.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &shape.ranks);
  for (const auto& type : collectives::data_types) {
    for (const auto& op : collectives::reduce_ops) {
      shape.type = type.type;
      shape.op = op.op;
      const Pattern pattern{shape, 5001};
      for (const std::size_t count : {1, 7, 5001}) {
        std::vector<std::byte> data(count * type.bytes);
        pattern.fill(data.data(), count, 2);
        const auto result = all_reduced(shape, std::move(data), count);
        const auto mismatch = pattern.check(result.data(), count, 2);
        EXPECT_FALSE(mismatch.has_value())
            << type.name << " " << op.name << ": " << mismatch->count << " of " << count
            << " wrong, expected " << mismatch->expected << ", found " << mismatch->found;
      }
    }
  }
}

}  // namespace
}  // namespace assay::benchmarks
