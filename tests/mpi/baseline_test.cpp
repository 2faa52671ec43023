#include <gtest/gtest.h>
#include <mpi.h>

#include <utility>
#include <vector>

#include "benchmarks/collective.hpp"
#include "benchmarks/pattern.hpp"
#include "collectives/baseline/mpi.hpp"
#include "collectives/baseline/mpi_type.hpp"
#include "collectives/reduction.hpp"
#include "core/native/mpi_tool.hpp"
#include "tests/collectives/sample_weights.hpp"

namespace assay::benchmarks {
namespace {

using collectives::DataType;
using collectives::ReduceOp;

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

TEST(MpiBaseline, ExchangesBlocksOfAnyLengths) {
  Heartbeat heartbeat;
  collectives::MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  constexpr auto operation = collectives::Operation::all_to_all_v;
  constexpr std::size_t largest = 1001;
  for (const auto& weights : collectives::sample_weights(info(operation), world.size())) {
    const auto collective = collectives::make_mpi_collective(world, operation, {}, 0, weights);
    const Pattern pattern{
        {.operation = operation, .rank = world.rank(), .ranks = world.size(), .weights = weights},
        largest};
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{17}, largest}) {
      const auto elements = [&](collectives::Side side) {
        return weights.begin(side, world.rank(), world.size(), count);
      };
      std::vector<float> input(elements(collectives::Side::input));
      std::vector<float> output(elements(collectives::Side::output), -1.0F);
      pattern.fill(input.data(), count, 3);
      ASSERT_FALSE(collective->run(input.data(), output.data(), count, Deadline::after(60_s)));
      EXPECT_FALSE(pattern.check(output.data(), count, 3).has_value()) << count;
      if (!weights.are_symmetric()) continue;
      ASSERT_FALSE(collective->run(input.data(), input.data(), count, Deadline::after(60_s)));
      EXPECT_FALSE(pattern.check(input.data(), count, 3).has_value()) << count << " in place";
    }
  }
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

/// MPICH before 4.1 takes unsigned integers for signed ones in MPI_MAX and MPI_MIN
/// (github.com/pmodels/mpich/issues/6083).
bool library_orders_unsigned_wrongly() {
  constexpr std::uint8_t small = 1;
  std::uint8_t greater = 0x80;
  native::check_mpi(MPI_Reduce_local(&small, &greater, 1, MPI_UINT8_T, MPI_MAX));
  return greater == small;
}

bool is_ordered_unsigned(DataType type, ReduceOp op) {
  const bool is_unsigned =
      type == DataType::uint8 || type == DataType::uint32 || type == DataType::uint64;
  return is_unsigned && (op == ReduceOp::max || op == ReduceOp::min);
}

TEST(MpiType, IsReducedRightForEveryTypeAndOperation) {
  PatternShape shape;
  MPI_Comm_rank(MPI_COMM_WORLD, &shape.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &shape.ranks);
  for (const auto& type : collectives::data_types) {
    for (const auto& op : collectives::reduce_ops) {
      shape.type = type.type;
      shape.op = op.op;
      if (is_ordered_unsigned(type.type, op.op) && library_orders_unsigned_wrongly()) continue;
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
  if (library_orders_unsigned_wrongly())
    GTEST_SKIP() << "all but max and min of unsigned integers, which this MPI library gets wrong";
}

/// With its one rank alone, the library does as it likes.
TEST(MpiAlgorithms, AreRightInEveryOperation) {
  Heartbeat heartbeat;
  collectives::MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  const Job job = make_job(world, heartbeat, {}, Deadline::after(60_s));
  SamplerOptions options;
  options.iterations = 3;
  int measured = 0;
  for (const auto& operation : collectives::operations) {
    const collectives::MpiAlgorithms algorithms{operation.operation};
    for (const auto& name : algorithms.names()) {
      if (collectives::why_not_forced(world, algorithms, name)) continue;
      const CollectiveTask task{operation.operation, {}, world.size() - 1};
      CollectiveBenchmark benchmark{job, {"mpi", name, "auto", false}, task, 64_KiB};
      for (const Bytes size : {64_B, 64_KiB})
        for (const bool in_place : {false, true})
          EXPECT_EQ(benchmark.measure(size, in_place, options).wrong, 0u)
              << operation.name << " " << name << " " << size.value << " " << in_place;
      ++measured;
    }
  }
  if (measured == 0) GTEST_SKIP() << "this MPI library cannot be told algorithms";
}

TEST(MpiAlgorithms, LeaveTheLibrarysOwnChoiceAlone) {
  const collectives::MpiAlgorithms algorithms{collectives::Operation::all_reduce};
  if (algorithms.why_none()) GTEST_SKIP() << *algorithms.why_none();
  for (const auto& name : algorithms.names())
    const auto forced = algorithms.force(MPI_COMM_WORLD, name);
  int index = 0;
  native::check_mpi_tool(MPI_T_cvar_get_index("coll_tuned_allreduce_algorithm", &index));
  int value = 1;
  int count = 0;
  MPI_T_cvar_handle handle = MPI_T_CVAR_HANDLE_NULL;
  native::check_mpi_tool(MPI_T_cvar_handle_alloc(index, nullptr, &handle, &count));
  const native::ControlVariable variable{handle};
  native::check_mpi_tool(MPI_T_cvar_read(variable.get(), &value));
  EXPECT_EQ(value, 0);
}

TEST(MpiAlgorithms, RefuseANameThatIsNone) {
  const collectives::MpiAlgorithms algorithms{collectives::Operation::all_reduce};
  EXPECT_THROW(static_cast<void>(algorithms.force(MPI_COMM_WORLD, "rong")), UsageError);
}

}  // namespace
}  // namespace assay::benchmarks
