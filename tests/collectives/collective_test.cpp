#include "collectives/collective.hpp"

#include <gtest/gtest.h>

#include <array>

#include "collectives/direct/cma.hpp"
#include "collectives/direct/registered.hpp"
#include "collectives/transport/shared_memory.hpp"
#include "collectives/transport/threads.hpp"
#include "core/error.hpp"
#include "tests/collectives/naive_collective.hpp"
#include "tests/collectives/ranks_as_threads.hpp"
#include "tests/collectives/sample_weights.hpp"

namespace assay::collectives {
namespace {

constexpr Seconds patience{60.0};
constexpr std::array counts{0, 1, 3, 17, 64, 255, 1001};

/// Small blocks, so that small buffers take many chunks.
ExecutorOptions small_blocks() {
  ExecutorOptions options;
  options.block_bytes = 256;
  options.slots = 2;
  options.wait = WaitPolicy::oversubscribed();
  return options;
}

/// Where a rank's input and output are: apart, or one in the other as Collective says.
struct Buffers {
  std::int32_t* input;
  std::int32_t* output;
};
Buffers in_place(const NaiveCollective& naive, int rank, std::int32_t* whole) {
  const int held_in = naive.blocks(info(naive.operation).input, rank);
  const int held_out = naive.blocks(info(naive.operation).output, rank);
  std::int32_t* own = whole + static_cast<std::size_t>(rank) * naive.count;
  return {held_in > 0 && held_in < held_out ? own : whole,
          held_out > 0 && held_out < held_in ? own : whole};
}

/// Runs it once and compares the result, and that the input was left alone.
void expect_right(const NaiveCollective& naive, int rank, Collective& collective,
                  const Buffers& buffers, bool is_in_place) {
  const auto input = naive.input(rank);
  const auto expected = naive.output(rank);
  std::ranges::copy(input, buffers.input);
  ASSERT_FALSE(
      collective.run(buffers.input, buffers.output, naive.count, Deadline::after(patience)));
  const std::string where = std::string{info(naive.operation).name} + ", rank " +
                            std::to_string(rank) + " of " + std::to_string(naive.ranks) +
                            ", root " + std::to_string(naive.root) + ", count " +
                            std::to_string(naive.count) + (is_in_place ? ", in place" : "");
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(buffers.output[i], expected[i]) << where << ", element " << i;
  if (is_in_place) return;
  for (std::size_t i = 0; i < input.size(); ++i) ASSERT_EQ(buffers.input[i], input[i]) << where;
}

/// Blocks are at most three times as long as the count.
constexpr std::size_t longest_weight = 3;

void expect_right_at_every_size(Operation operation, Bootstrap& bootstrap, int root,
                                const BlockWeights& weights, Collective& collective) {
  for (const int count : counts) {
    const NaiveCollective naive{operation, bootstrap.size(), root, static_cast<std::size_t>(count),
                                weights};
    const std::size_t whole =
        longest_weight * (naive.count + 1) * static_cast<std::size_t>(naive.ranks);
    std::vector<std::int32_t> one(whole, -1);
    std::vector<std::int32_t> other(whole, -2);
    expect_right(naive, bootstrap.rank(), collective, {one.data(), other.data()}, false);
    if (!weights.are_symmetric()) continue;
    expect_right(naive, bootstrap.rank(), collective, in_place(naive, bootstrap.rank(), one.data()),
                 true);
  }
}

std::vector<int> roots_of(Operation operation, int ranks) {
  if (!info(operation).has_root || ranks == 1) return {0};
  return {0, ranks - 1};
}

class EveryAlgorithm : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Ranks, EveryAlgorithm, testing::Values(1, 2, 3, 4, 5, 7, 8));

TEST_P(EveryAlgorithm, DoesWhatItsOperationPromises) {
  for (const Algorithm& algorithm : algorithms())
    for (const int root : roots_of(algorithm.operation, GetParam()))
      for (const auto& weights : sample_weights(info(algorithm.operation), GetParam()))
        run_ranks(GetParam(), [&](Bootstrap& bootstrap) {
          const auto transport = make_thread_transport(bootstrap);
          const auto collective = make_collective(
              algorithm, {.lanes = 2, .order = {}, .root = root, .weights = weights}, bootstrap,
              *transport, {DataType::int32}, small_blocks());
          expect_right_at_every_size(algorithm.operation, bootstrap, root, weights, *collective);
        });
}

TEST_P(EveryAlgorithm, WorksThroughSharedMemory) {
  for (const Algorithm& algorithm : algorithms())
    for (const auto& weights : sample_weights(info(algorithm.operation), GetParam()))
      run_ranks(GetParam(), [&](Bootstrap& bootstrap) {
        const auto transport = make_shared_memory_transport(bootstrap);
        const PlanOptions options{.lanes = 1, .order = {}, .root = 0, .weights = weights};
        const auto collective = make_collective(algorithm, options, bootstrap, *transport,
                                                {DataType::int32}, small_blocks());
        const NaiveCollective naive{algorithm.operation, bootstrap.size(), 0, 777, weights};
        std::vector<std::int32_t> input(naive.input(bootstrap.rank()).size());
        std::vector<std::int32_t> output(naive.output(bootstrap.rank()).size());
        expect_right(naive, bootstrap.rank(), *collective, {input.data(), output.data()}, false);
      });
}

class Direct : public testing::TestWithParam<int> {
 protected:
  /// `transport_of` makes the transport; every operation, at every size, in registered memory.
  void expect_right_with(std::unique_ptr<Transport> (*transport_of)(Bootstrap&)) {
    for (const OperationInfo& operation : operations) {
      if (operation.operation == Operation::transfer) continue;
      for (const int root : roots_of(operation.operation, GetParam()))
        for (const auto& weights : sample_weights(operation, GetParam()))
          run_ranks(GetParam(), [&](Bootstrap& bootstrap) {
            const auto transport = transport_of(bootstrap);
            run_registered(operation.operation, root, weights, bootstrap, *transport);
          });
    }
  }

 private:
  static void run_registered(Operation operation, int root, const BlockWeights& weights,
                             Bootstrap& bootstrap, Transport& transport) {
    const std::size_t whole = longest_weight * static_cast<std::size_t>(counts.back() + 1) *
                              static_cast<std::size_t>(bootstrap.size());
    const auto memory = transport.allocate_registered(2 * whole * sizeof(std::int32_t));
    ASSERT_NE(memory, nullptr);
    const auto collective = make_registered_collective(
        operation, root, bootstrap, transport, *memory, {DataType::int32}, small_blocks(), weights);
    auto* one = reinterpret_cast<std::int32_t*>(memory->mine());
    const int rank = bootstrap.rank();
    for (const int count : counts) {
      const NaiveCollective naive{operation, bootstrap.size(), root,
                                  static_cast<std::size_t>(count), weights};
      expect_right(naive, rank, *collective, {one, one + whole}, false);
      bootstrap.barrier();  // the buffers are used again
      if (!works_in_place(operation, bootstrap.size(), weights)) continue;
      expect_right(naive, rank, *collective, in_place(naive, rank, one), true);
      bootstrap.barrier();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Ranks, Direct, testing::Values(1, 2, 3, 4, 7));

TEST_P(Direct, DoesWhatEachOperationPromisesBetweenThreads) {
  expect_right_with(make_thread_transport);
}
TEST_P(Direct, DoesWhatEachOperationPromisesInSharedMemory) {
  expect_right_with(make_shared_memory_transport);
}

class Cma : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Ranks, Cma, testing::Values(1, 2, 3, 4, 7));

TEST_P(Cma, DoesWhatEachOperationPromises) {
  for (const OperationInfo& operation : operations) {
    if (!has_cma_collective(operation.operation)) continue;
    for (const int root : roots_of(operation.operation, GetParam()))
      for (const auto& weights : sample_weights(operation, GetParam()))
        run_ranks(GetParam(), [&](Bootstrap& bootstrap) {
          if (const auto why = why_no_cma(bootstrap)) GTEST_SKIP() << *why;
          const auto transport = make_thread_transport(bootstrap);
          const auto collective =
              make_cma_collective(operation.operation, root, bootstrap, *transport,
                                  {DataType::int32}, small_blocks(), weights);
          for (const int count : counts) {
            const NaiveCollective naive{operation.operation, bootstrap.size(), root,
                                        static_cast<std::size_t>(count), weights};
            std::vector<std::int32_t> input(naive.input(bootstrap.rank()).size());
            std::vector<std::int32_t> output(naive.output(bootstrap.rank()).size());
            expect_right(naive, bootstrap.rank(), *collective, {input.data(), output.data()},
                         false);
            if (!pulls_in_place(operation.operation, bootstrap.size(), weights)) continue;
            std::vector<std::int32_t> whole(longest_weight * (naive.count + 1) *
                                            static_cast<std::size_t>(naive.ranks));
            expect_right(naive, bootstrap.rank(), *collective,
                         in_place(naive, bootstrap.rank(), whole.data()), true);
          }
        });
  }
}

TEST(RegisteredCollective, NamesTheRankThatDoesNotCome) {
  run_ranks(3, [](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    const auto memory = transport->allocate_registered(4096);
    auto options = small_blocks();
    options.world_ranks = {10, 11, 12};
    const auto collective = make_registered_collective(Operation::all_reduce, 0, bootstrap,
                                                       *transport, *memory, {}, options);
    if (bootstrap.rank() != 1) {  // rank 1 stays away
      const auto status =
          collective->run(memory->mine(), memory->mine(), 8, Deadline::after(100_ms));
      ASSERT_TRUE(status.has_value());
      EXPECT_EQ(status->waiting_for, 11);
    }
    bootstrap.barrier();
  });
}

TEST(RegisteredCollective, RefusesWhatIsNotInItsMemory) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    const auto transport = make_shared_memory_transport(bootstrap);
    auto memory = transport->allocate_registered(4096);
    const auto collective = make_registered_collective(Operation::all_gather, 0, bootstrap,
                                                       *transport, *memory, {}, small_blocks());
    float* inside = reinterpret_cast<float*>(memory->mine());
    float outside = 0;
    EXPECT_NO_THROW(collective->require_usable(inside, inside + 512, 256));
    EXPECT_THROW(collective->require_usable(inside, inside + 512, 257), UsageError) << "too long";
    EXPECT_THROW(collective->require_usable(&outside, inside, 1), UsageError);
    EXPECT_THROW(collective->require_usable(inside, &outside, 1), UsageError);
    bootstrap.barrier();
    memory.reset();
    EXPECT_THROW(collective->require_usable(inside, inside + 512, 1), UsageError) << "freed";
    bootstrap.barrier();
  });
}

enum class Way { staged, registered, cma };

std::unique_ptr<Collective> all_reduce(Way way, Bootstrap& bootstrap, Transport& transport,
                                       const RegisteredMemory& memory, Elements elements) {
  constexpr auto operation = Operation::all_reduce;
  if (way == Way::registered)
    return make_registered_collective(operation, 0, bootstrap, transport, memory, elements,
                                      small_blocks());
  if (way == Way::cma)
    return make_cma_collective(operation, 0, bootstrap, transport, elements, small_blocks());
  return make_collective(find_algorithm(operation, "one_shot"), {}, bootstrap, transport, elements,
                         small_blocks());
}

template <class T>
std::vector<T> reduced_by(ReduceOp op, DataType type, Way way) {
  std::vector<T> result;
  run_ranks(3, [&](Bootstrap& bootstrap) {
    constexpr std::size_t count = 10000;
    const auto transport = make_thread_transport(bootstrap);
    const auto memory = transport->allocate_registered(count * sizeof(T));
    const auto collective = all_reduce(way, bootstrap, *transport, *memory, {type, op});
    auto* data = reinterpret_cast<T*>(memory->mine());
    for (std::size_t i = 0; i < count; ++i)
      data[i] = static_cast<T>((bootstrap.rank() + 2) * (1 + static_cast<int>(i % 7)));
    ASSERT_FALSE(collective->run(data, data, count, Deadline::after(patience)));
    if (bootstrap.rank() == 1) result.assign(data, data + count);
    bootstrap.barrier();
  });
  return result;
}

TEST(AllReduce, DividesForAvgAndMultipliesForMulsum) {
  for (const Way way : {Way::staged, Way::registered, Way::cma}) {
    const auto average = reduced_by<std::int32_t>(ReduceOp::avg, DataType::int32, way);
    const auto weighted = reduced_by<double>(ReduceOp::mulsum, DataType::float64, way);
    ASSERT_FALSE(average.empty());
    for (std::size_t i = 0; i < average.size(); ++i) {
      const int k = 1 + static_cast<int>(i % 7);
      ASSERT_EQ(average[i], 3 * k);                         // (2 + 3 + 4) k / 3
      ASSERT_EQ(weighted[i], (1 * 2 + 2 * 3 + 1 * 4) * k);  // factors 1, 2, 1
    }
  }
}

}  // namespace
}  // namespace assay::collectives
