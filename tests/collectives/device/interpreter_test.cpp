#include "collectives/device/interpreter.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <mutex>

#include "collectives/collective.hpp"
#include "collectives/transport/threads.hpp"
#include "tests/collectives/device/interpreted_ranks.hpp"
#include "tests/collectives/naive_collective.hpp"
#include "tests/collectives/ranks_as_threads.hpp"
#include "tests/collectives/sample_weights.hpp"

namespace assay::collectives::device {
namespace {

constexpr Seconds patience{60.0};
constexpr ArenaShape small_slots{.slot_bytes = 256, .slots = 2};

std::size_t index(int rank) { return static_cast<std::size_t>(rank); }

/// Input and output of every rank, apart or one in the other as Collective says, with what must
/// come of them.
class NaiveRanks {
 public:
  NaiveRanks(const NaiveCollective& naive, bool in_place) : naive_{naive}, in_place_{in_place} {
    constexpr std::size_t longest_weight = 3;
    const std::size_t whole = longest_weight * (naive.count + 1) * index(naive.ranks);
    for (int rank = 0; rank < naive.ranks; ++rank) {
      one_.emplace_back(whole, -1);
      other_.emplace_back(whole, -2);
      std::ranges::copy(naive.input(rank), places(rank).input);
    }
  }
  [[nodiscard]] std::vector<std::optional<InterpretedRanks::Buffers>> buffers() {
    std::vector<std::optional<InterpretedRanks::Buffers>> all;
    for (int rank = 0; rank < naive_.ranks; ++rank)
      all.emplace_back(InterpretedRanks::Buffers{places(rank).input, places(rank).output});
    return all;
  }
  void expect_right() {
    for (int rank = 0; rank < naive_.ranks; ++rank) {
      const auto expected = naive_.output(rank);
      const std::string where = std::string{info(naive_.operation).name} + ", rank " +
                                std::to_string(rank) + " of " + std::to_string(naive_.ranks) +
                                ", root " + std::to_string(naive_.root) + ", count " +
                                std::to_string(naive_.count) + (in_place_ ? ", in place" : "");
      const std::int32_t* output = places(rank).output;
      for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_EQ(output[i], expected[i]) << where << ", element " << i;
      if (in_place_) continue;
      const auto input = naive_.input(rank);
      ASSERT_TRUE(std::equal(input.begin(), input.end(), places(rank).input)) << where;
    }
  }

 private:
  struct Places {
    std::int32_t* input;
    std::int32_t* output;
  };
  [[nodiscard]] Places places(int rank) {
    std::int32_t* whole = one_[index(rank)].data();
    if (!in_place_) return {whole, other_[index(rank)].data()};
    const int held_in = naive_.blocks(info(naive_.operation).input, rank);
    const int held_out = naive_.blocks(info(naive_.operation).output, rank);
    std::int32_t* own = whole + index(rank) * naive_.count;
    return {held_in > 0 && held_in < held_out ? own : whole,
            held_out > 0 && held_out < held_in ? own : whole};
  }

  NaiveCollective naive_;
  bool in_place_;
  std::vector<std::vector<std::int32_t>> one_;
  std::vector<std::vector<std::int32_t>> other_;
};

void expect_right(InterpretedRanks& interpreted, const NaiveCollective& naive, bool in_place) {
  NaiveRanks ranks{naive, in_place};
  interpreted.run(ranks.buffers(), naive.count, patience);
  for (int rank = 0; rank < naive.ranks; ++rank) ASSERT_FALSE(interpreted.status(rank));
  ranks.expect_right();
}

struct Case {
  int ranks;
  unsigned threads;
  int lanes;
};

class Interpreted : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Ranks, Interpreted,
                         testing::Values(Case{1, 1, 1}, Case{2, 2, 1}, Case{3, 1, 2}, Case{4, 1, 1},
                                         Case{5, 1, 1}, Case{8, 1, 1}),
                         [](const auto& tested) {
                           return std::to_string(tested.param.ranks) + "_ranks_" +
                                  std::to_string(tested.param.threads) + "_threads_" +
                                  std::to_string(tested.param.lanes) + "_lanes";
                         });

TEST_P(Interpreted, DoesWhatEveryOperationPromises) {
  const auto [ranks, threads, lanes] = GetParam();
  for (const Algorithm& algorithm : algorithms())
    for (const auto& weights : sample_weights(info(algorithm.operation), ranks)) {
      const int root = info(algorithm.operation).has_root ? ranks - 1 : 0;
      InterpretedRanks interpreted{algorithm,
                                   ranks,
                                   {.lanes = lanes, .order = {}, .root = root, .weights = weights},
                                   DataType::int32,
                                   ReduceOp::sum,
                                   small_slots,
                                   threads};
      for (const std::size_t count : {0, 1, 17, 1001}) {  // one after the other: counters go on
        const NaiveCollective naive{algorithm.operation, ranks, root, count, weights};
        expect_right(interpreted, naive, false);
        if (weights.are_symmetric()) expect_right(interpreted, naive, true);
      }
    }
}

/// What HostExecutor makes of the same inputs.
std::vector<std::vector<std::byte>> by_host(const Algorithm& algorithm, int ranks, DataType type,
                                            ReduceOp op,
                                            const std::vector<std::vector<std::byte>>& inputs,
                                            std::size_t count) {
  std::vector<std::vector<std::byte>> outputs(inputs.size());
  run_ranks(ranks, [&](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    ExecutorOptions options;
    options.block_bytes = small_slots.slot_bytes;
    options.wait = WaitPolicy::oversubscribed();
    const auto collective =
        make_collective(algorithm, {}, bootstrap, *transport, {type, op}, options);
    auto& output = outputs[index(bootstrap.rank())];
    output.resize(inputs[0].size());
    ASSERT_FALSE(collective->run(inputs[index(bootstrap.rank())].data(), output.data(), count,
                                 Deadline::after(patience)));
  });
  return outputs;
}

/// Bytes that are numbers of any type, none of them a NaN or so large that sums are infinite.
std::vector<std::byte> small_numbers(DataType type, int rank, std::size_t count) {
  std::vector<std::byte> bytes(count * info(type).bytes);
  std::uint32_t state = 12345 + static_cast<std::uint32_t>(rank);
  const auto next = [&] { return (state = state * 1664525U + 1013904223U) >> 16; };
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(next());
  const bool floats = info(type).significand_bits > 0;
  constexpr std::byte small_exponent{0xBF};  // of the last byte: below 2 in every format
  for (std::size_t i = info(type).bytes - 1; floats && i < bytes.size(); i += info(type).bytes)
    bytes[i] &= small_exponent;
  return bytes;
}

class SameBits : public testing::TestWithParam<DataType> {};
INSTANTIATE_TEST_SUITE_P(Types, SameBits, testing::ValuesIn([] {
                           std::vector<DataType> types;
                           for (const auto& type : data_types) types.push_back(type.type);
                           return types;
                         }()),
                         [](const auto& tested) {
                           return std::string{collectives::info(tested.param).name};
                         });

TEST_P(SameBits, AsOnTheHostForEveryOperation) {
  constexpr int ranks = 3;
  constexpr std::size_t count = 701;
  for (const auto& op : reduce_ops)
    for (const char* name : {"ring", "one_shot"}) {
      const Algorithm& algorithm = find_algorithm(Operation::all_reduce, name);
      std::vector<std::vector<std::byte>> inputs;
      for (int rank = 0; rank < ranks; ++rank)
        inputs.push_back(small_numbers(GetParam(), rank, count));
      const auto expected = by_host(algorithm, ranks, GetParam(), op.op, inputs, count);
      InterpretedRanks interpreted{algorithm, ranks, {}, GetParam(), op.op, small_slots};
      std::vector<std::vector<std::byte>> outputs(ranks);
      std::vector<std::optional<InterpretedRanks::Buffers>> buffers;
      for (int rank = 0; rank < ranks; ++rank) {
        outputs[index(rank)].resize(inputs[0].size());
        buffers.emplace_back(
            InterpretedRanks::Buffers{inputs[index(rank)].data(), outputs[index(rank)].data()});
      }
      interpreted.run(buffers, count, patience);
      for (int rank = 0; rank < ranks; ++rank)
        EXPECT_EQ(outputs[index(rank)], expected[index(rank)])
            << name << ", " << op.name << ", rank " << rank;
    }
}

TEST(InterpretedBuffers, MayBeginAtAnyElement) {
  constexpr int ranks = 4;
  InterpretedRanks interpreted{find_algorithm(Operation::all_reduce, "two_shot"),
                               ranks,
                               {},
                               DataType::int32,
                               ReduceOp::sum,
                               small_slots,
                               2};
  for (std::size_t shift = 0; shift < 4; ++shift) {
    const NaiveCollective naive{Operation::all_reduce, ranks, 0, 777};
    std::vector<std::vector<std::int32_t>> inputs;
    std::vector<std::vector<std::int32_t>> outputs(ranks, std::vector<std::int32_t>(800, 7));
    for (int rank = 0; rank < ranks; ++rank) {
      inputs.push_back(naive.input(rank));
      inputs.back().insert(inputs.back().begin(), shift, -1);
    }
    std::vector<std::optional<InterpretedRanks::Buffers>> buffers;
    for (int rank = 0; rank < ranks; ++rank)
      buffers.emplace_back(InterpretedRanks::Buffers{inputs[index(rank)].data() + shift,
                                                     outputs[index(rank)].data() + 3 - shift});
    interpreted.run(buffers, naive.count, patience);
    for (int rank = 0; rank < ranks; ++rank) {
      const auto& output = outputs[index(rank)];
      const auto expected = naive.output(rank);
      const std::size_t begin = 3 - shift;
      for (std::size_t i = 0; i < output.size(); ++i) {
        const bool is_result = i >= begin && i < begin + naive.count;
        ASSERT_EQ(output[i], is_result ? expected[i - begin] : 7) << shift << ", element " << i;
      }
    }
  }
}

std::vector<std::optional<InterpretedRanks::Buffers>> without(
    int absent, std::vector<std::vector<std::int32_t>>& memory) {
  std::vector<std::optional<InterpretedRanks::Buffers>> buffers;
  for (std::size_t rank = 0; rank < memory.size(); ++rank)
    if (rank == index(absent))
      buffers.emplace_back(std::nullopt);
    else
      buffers.emplace_back(InterpretedRanks::Buffers{memory[rank].data(), memory[rank].data()});
  return buffers;
}

TEST(InterpretedDeadline, NamesTheRankThatDoesNotCome) {
  for (const char* name : {"ring", "tree", "two_shot"}) {
    InterpretedRanks interpreted{find_algorithm(Operation::all_reduce, name),
                                 3,
                                 {.lanes = 2, .order = {}},
                                 DataType::int32,
                                 ReduceOp::sum,
                                 small_slots,
                                 2};
    std::vector<std::vector<std::int32_t>> memory(3, std::vector<std::int32_t>(2000, 1));
    interpreted.run(without(1, memory), 2000, 50_ms);
    for (const int rank : {0, 2}) {
      const auto status = interpreted.status(rank);
      ASSERT_TRUE(status) << name << ", rank " << rank;
      // Nobody gets past rank 1, though who stands behind it may wait for the one between.
      EXPECT_NE(status->waiting_for, rank) << name;
      EXPECT_GE(status->step, 0);
    }
    EXPECT_TRUE(interpreted.status(0)->waiting_for == 1 || interpreted.status(2)->waiting_for == 1)
        << name;
  }
}

TEST(InterpretedDeadline, EndsAtOnceWhenTold) {
  InterpretedRanks interpreted{find_algorithm(Operation::all_reduce, "ring"),
                               2,
                               {},
                               DataType::int32,
                               ReduceOp::sum,
                               small_slots};
  interpreted.abort = 1;
  std::vector<std::vector<std::int32_t>> memory(2, std::vector<std::int32_t>(2000, 1));
  const Seconds begin = steady_now();
  interpreted.run(without(1, memory), 2000, patience);
  EXPECT_LT((steady_now() - begin).value, patience.value / 2);
  ASSERT_TRUE(interpreted.status(0));
  EXPECT_EQ(interpreted.verdicts(0)[0].cause, LaneVerdict::Cause::aborted);
}

TEST(StatusOf, IsWhoeverSaysMost) {
  using Cause = LaneVerdict::Cause;
  const LaneVerdict done{};
  const LaneVerdict aborted{Cause::aborted, 5, 1};
  const LaneVerdict behind{Cause::timed_out, LaneVerdict::own_lane, 2};
  const LaneVerdict late{Cause::timed_out, 7, 3};
  EXPECT_FALSE(status_of(std::vector{done, done}));
  EXPECT_EQ(status_of(std::vector{done, aborted})->waiting_for, 5);
  EXPECT_EQ(status_of(std::vector{aborted, behind})->step, 2);
  const auto status = status_of(std::vector{aborted, behind, late, aborted});
  EXPECT_EQ(status->waiting_for, 7);
  EXPECT_EQ(status->lane, 2);
}

}  // namespace
}  // namespace assay::collectives::device
