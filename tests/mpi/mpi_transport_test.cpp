#include "collectives/transport/mpi.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "collectives/collective.hpp"
#include "tests/collectives/stand_in_worker.hpp"

namespace assay::collectives {
namespace {

ExecutorOptions small_blocks() {
  ExecutorOptions options;
  options.block_bytes = 512;
  options.slots = 2;
  options.wait = WaitPolicy::oversubscribed();
  return options;
}

TEST(MpiTransport, CarriesEveryAlgorithm) {
  Heartbeat heartbeat;
  MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  const auto transport = make_mpi_transport(world);
  for (const auto& algorithm : algorithms(Operation::all_reduce)) {
    const auto collective =
        make_collective(algorithm, {}, world, *transport, {DataType::int32}, small_blocks());
    for (const std::size_t count : {0, 1, 3, 1000, 5001}) {
      std::vector<std::int32_t> data(count);
      for (std::size_t i = 0; i < count; ++i) data[i] = static_cast<std::int32_t>(i) + world.rank();
      ASSERT_FALSE(collective->run(data.data(), data.data(), count, Deadline::after(60_s)));
      const int ranks = world.size();
      for (std::size_t i = 0; i < count; ++i)
        ASSERT_EQ(data[i], static_cast<int>(i) * ranks + ranks * (ranks - 1) / 2);
    }
    world.barrier();
  }
}

TEST(MpiTransport, CarriesWhatAWorkerSums) {
  Heartbeat heartbeat;
  MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  const auto transport = make_mpi_transport(world);
  // Messages lie in the host's memory where MPI cannot move the worker's, otherwise there.
  for (const MemoryKind kind : {MemoryKind::cuda, MemoryKind::host}) {
    StandInWorker worker{kind};
    auto options = small_blocks();
    options.worker = &worker;
    const auto collective = make_collective(find_algorithm(Operation::all_reduce, "ring"), {},
                                            world, *transport, {DataType::int32}, options);
    constexpr std::size_t count = 5001;
    const auto memory = worker.allocate(count * sizeof(std::int32_t));
    auto* data = reinterpret_cast<std::int32_t*>(memory.get());
    for (std::size_t i = 0; i < count; ++i) data[i] = static_cast<std::int32_t>(i) + world.rank();
    ASSERT_FALSE(collective->run(data, data, count, Deadline::after(60_s)));
    const int ranks = world.size();
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_EQ(data[i], static_cast<int>(i) * ranks + ranks * (ranks - 1) / 2);
    EXPECT_EQ(worker.admissions() > 0,
              ranks > 1 && kind == MemoryKind::cuda && !transport->moves_device_memory());
    world.barrier();
  }
}

TEST(MpiBootstrap, SplitsIntoPairs) {
  Heartbeat heartbeat;
  MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  const bool rests = world.size() % 2 == 1 && world.rank() == world.size() - 1;
  const auto pair = world.split(rests ? Bootstrap::no_group : world.rank() / 2);
  ASSERT_EQ(pair == nullptr, rests);
  if (pair) {
    EXPECT_EQ(pair->size(), 2);
    EXPECT_EQ(pair->rank(), world.rank() % 2);
    pair->barrier();
  }
  world.patient_barrier();
  EXPECT_EQ(heartbeat.waiting_for.load(), Heartbeat::nobody);
}

}  // namespace
}  // namespace assay::collectives
