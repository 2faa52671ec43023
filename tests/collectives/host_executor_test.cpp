#include "collectives/host_executor.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "collectives/algorithm.hpp"
#include "collectives/collective.hpp"
#include "collectives/transport/faulty.hpp"
#include "collectives/transport/shared_memory.hpp"
#include "collectives/transport/threads.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::collectives {
namespace {

constexpr Seconds patience{60.0};

/// Small blocks, so that small buffers take many chunks.
ExecutorOptions small_blocks() {
  ExecutorOptions options;
  options.block_bytes = 256;
  options.slots = 2;
  options.wait = WaitPolicy::oversubscribed();
  return options;
}

template <class T>
T input_of(int rank, std::size_t index) {
  return static_cast<T>((rank + 1) * 3 + static_cast<int>(index % 101) - 50);
}

template <class T>
T reduced(ReduceOp op, int ranks, std::size_t index) {
  T result{};
  for (int rank = 0; rank < ranks; ++rank) {
    T value = input_of<T>(rank, index);
    if (op == ReduceOp::mulsum) value = static_cast<T>(value * static_cast<T>(mulsum_factor(rank)));
    if (rank == 0)
      result = value;
    else if (op == ReduceOp::prod)
      result = static_cast<T>(result * value);
    else if (op == ReduceOp::max)
      result = std::max(result, value);
    else if (op == ReduceOp::min)
      result = std::min(result, value);
    else
      result = static_cast<T>(result + value);
  }
  return op == ReduceOp::avg ? static_cast<T>(result / static_cast<T>(ranks)) : result;
}

template <class T>
void expect_all_reduce(Bootstrap& bootstrap, Collective& collective, ReduceOp op, std::size_t count,
                       bool in_place) {
  std::vector<T> input(count);
  for (std::size_t i = 0; i < count; ++i) input[i] = input_of<T>(bootstrap.rank(), i);
  const std::vector<T> before = input;
  std::vector<T> other(count, T{99});
  std::vector<T>& output = in_place ? input : other;
  const auto status = collective.run(input.data(), output.data(), count, Deadline::after(patience));
  ASSERT_FALSE(status.has_value()) << "waits for rank " << status->waiting_for;
  for (std::size_t i = 0; i < count; ++i)
    ASSERT_EQ(output[i], reduced<T>(op, bootstrap.size(), i))
        << "rank " << bootstrap.rank() << " of " << bootstrap.size() << ", element " << i << " of "
        << count;
  if (!in_place) {
    EXPECT_EQ(input, before);
  }
}

struct Case {
  const char* algorithm;
  int ranks;
  int lanes;
};

class AllReducePlans : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Algorithms, AllReducePlans,
                         testing::Values(Case{"ring", 1, 1}, Case{"ring", 2, 1}, Case{"ring", 3, 2},
                                         Case{"ring", 4, 1}, Case{"ring", 7, 1}, Case{"ring", 8, 3},
                                         Case{"tree", 1, 1}, Case{"tree", 2, 1}, Case{"tree", 3, 1},
                                         Case{"tree", 4, 2}, Case{"tree", 7, 1},
                                         Case{"tree", 8, 1}),
                         [](const auto& tested) {
                           return std::string{tested.param.algorithm} + "_" +
                                  std::to_string(tested.param.ranks) + "_ranks_" +
                                  std::to_string(tested.param.lanes) + "_lanes";
                         });

TEST_P(AllReducePlans, IsRightForEverySizeInAndOutOfPlace) {
  const auto& [algorithm, ranks, lanes] = GetParam();
  run_ranks(ranks, [&, lanes = lanes, algorithm = algorithm](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    const auto collective =
        make_collective(find_algorithm(Operation::all_reduce, algorithm), {lanes, {}}, bootstrap,
                        *transport, {DataType::int32, ReduceOp::sum}, small_blocks());
    for (const std::size_t count : {0, 1, 2, 3, 17, 64, 255, 1000, 4099})
      for (const bool in_place : {false, true})
        expect_all_reduce<std::int32_t>(bootstrap, *collective, ReduceOp::sum, count, in_place);
  });
}

template <class T>
void expect_every_operation(DataType type) {
  for (const auto& op : reduce_ops) {
    run_ranks(3, [&](Bootstrap& bootstrap) {
      const auto transport = make_thread_transport(bootstrap);
      for (const auto& algorithm : algorithms(Operation::all_reduce)) {
        const auto collective =
            make_collective(algorithm, {}, bootstrap, *transport, {type, op.op}, small_blocks());
        expect_all_reduce<T>(bootstrap, *collective, op.op, 1001, false);
      }
    });
  }
}
TEST(AllReduce, IsRightForEveryTypeAndOperation) {
  expect_every_operation<float>(DataType::float32);
  expect_every_operation<double>(DataType::float64);
  expect_every_operation<std::int32_t>(DataType::int32);
  expect_every_operation<std::int64_t>(DataType::int64);
}

TEST(AllReduce, FollowsAnyRankOrder) {
  run_ranks(5, [](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    for (const auto& algorithm : algorithms(Operation::all_reduce)) {
      const auto collective = make_collective(algorithm, {1, {3, 0, 4, 1, 2}}, bootstrap,
                                              *transport, {DataType::int32}, small_blocks());
      expect_all_reduce<std::int32_t>(bootstrap, *collective, ReduceOp::sum, 777, false);
    }
  });
}

TEST(AllReduce, GivesTheSameBitsOnAllRanksWhereItPromisesTo) {
  std::vector<std::vector<float>> results(6);
  run_ranks(6, [&](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    for (const auto& algorithm : algorithms(Operation::all_reduce)) {
      ASSERT_TRUE(algorithm.same_order_on_all_ranks);
      const auto collective = make_collective(algorithm, {}, bootstrap, *transport,
                                              {DataType::float32, ReduceOp::sum}, small_blocks());
      std::vector<float> data(999);
      for (std::size_t i = 0; i < data.size(); ++i)  // sums that round differently in every order
        data[i] = 1.0F / static_cast<float>(1 + i + 7 * static_cast<std::size_t>(bootstrap.rank()));
      ASSERT_FALSE(
          collective->run(data.data(), data.data(), data.size(), Deadline::after(patience)));
      results[static_cast<std::size_t>(bootstrap.rank())] = data;
      bootstrap.barrier();
      EXPECT_EQ(std::memcmp(data.data(), results[0].data(), data.size() * sizeof(float)), 0);
      bootstrap.barrier();
    }
  });
}

TEST(AllReduce, WorksThroughSharedMemory) {
  run_ranks(3, [](Bootstrap& bootstrap) {
    const auto transport = make_shared_memory_transport(bootstrap);
    for (const auto& algorithm : algorithms(Operation::all_reduce)) {
      const auto collective = make_collective(algorithm, {}, bootstrap, *transport,
                                              {DataType::int32, ReduceOp::sum}, small_blocks());
      for (const std::size_t count : {1, 5000})
        expect_all_reduce<std::int32_t>(bootstrap, *collective, ReduceOp::sum, count, false);
    }
  });
}

TEST(Transfer, BringsTheSendersBufferToTheReceiverOnly) {
  run_ranks(3, [](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    const auto transfer =
        make_transfer(2, 0, bootstrap, *transport, DataType::int32, small_blocks());
    std::vector<std::int32_t> buffer(3001, bootstrap.rank());
    ASSERT_FALSE(
        transfer->run(buffer.data(), buffer.data(), buffer.size(), Deadline::after(patience)));
    const int expected = bootstrap.rank() == 0 ? 2 : bootstrap.rank();
    EXPECT_EQ(buffer, std::vector<std::int32_t>(3001, expected));
  });
}

TEST(HostExecutor, NamesTheRankThatDoesNotAnswer) {
  run_ranks(3, [](Bootstrap& bootstrap) {
    auto options = small_blocks();
    options.world_ranks = {10, 11, 12};
    Heartbeat heartbeat;
    options.heartbeat = &heartbeat;
    const auto transport = make_thread_transport(bootstrap);
    const auto collective =
        make_collective(find_algorithm(Operation::all_reduce, "ring"), {}, bootstrap, *transport,
                        {DataType::int32, ReduceOp::sum}, options);
    std::vector<std::int32_t> data(100);
    if (bootstrap.rank() != 1) {  // rank 1 stays away
      const auto status =
          collective->run(data.data(), data.data(), data.size(), Deadline::after(100_ms));
      ASSERT_TRUE(status.has_value());
      // Rank 2 gets nothing from rank 1, and rank 0 fills the slots towards it.
      EXPECT_EQ(status->waiting_for, 11);
      EXPECT_EQ(heartbeat.waiting_for.load(), status->waiting_for);
      EXPECT_EQ(heartbeat.step.load(), status->step);
    }
    bootstrap.barrier();
  });
}

TEST(HostExecutor, WaitsForNobodyWhoHasNothingToSend) {
  run_ranks(3, [](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    const BlockWeights weights{3,
                               {0, 2, 0,  //
                                1, 0, 0,  //
                                0, 0, 0}};
    const PlanOptions options{.lanes = 1, .order = {}, .root = 0, .weights = weights};
    const auto collective =
        make_collective(find_algorithm(Operation::all_to_all_v, "pairwise"), options, bootstrap,
                        *transport, {DataType::int32}, small_blocks());
    if (bootstrap.rank() != 2) {  // rank 2 stays away
      constexpr std::size_t count = 1000;
      const std::vector<std::int32_t> input(2 * count, bootstrap.rank());
      std::vector<std::int32_t> output(2 * count, 7);
      ASSERT_FALSE(collective->run(input.data(), output.data(), count, Deadline::after(patience)));
      const std::size_t received = bootstrap.rank() == 0 ? count : 2 * count;
      for (std::size_t i = 0; i < output.size(); ++i)
        ASSERT_EQ(output[i], i < received ? 1 - bootstrap.rank() : 7);
    }
    bootstrap.barrier();
  });
}

TEST(HostExecutor, SeesACorruptedMessageInTheResult) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    std::vector<TransportFault> faults;
    if (bootstrap.rank() == 1) {
      faults.emplace_back();
      faults.back().kind = TransportFault::Kind::corrupt;
    }
    const auto transport = make_faulty_transport(make_thread_transport(bootstrap), faults);
    const auto collective =
        make_collective(find_algorithm(Operation::all_reduce, "ring"), {}, bootstrap, *transport,
                        {DataType::int32, ReduceOp::sum}, small_blocks());
    std::vector<std::int32_t> data(64, 1);
    ASSERT_FALSE(collective->run(data.data(), data.data(), data.size(), Deadline::after(patience)));
    if (bootstrap.rank() == 0) {
      EXPECT_NE(data, std::vector<std::int32_t>(64, 2));
    }
  });
}

}  // namespace
}  // namespace assay::collectives
