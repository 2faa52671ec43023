#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "collectives/device/one_shot.hpp"
#include "collectives/device/two_shot.hpp"
#include "collectives/device/verdict.hpp"
#include "tests/collectives/device/host_machine.hpp"
#include "tests/collectives/reference_element.hpp"

namespace assay::collectives::device {
namespace {

constexpr Seconds patience{60.0};
constexpr std::uint32_t blocks = 2;
constexpr std::size_t inbox_packets = 512;
constexpr std::size_t most_bytes = inbox_packets * Packet::data_bytes;

enum class Way { one_shot, two_shot };

/// Ranks that all-reduce by one of the ways by hand, each with blocks of host threads.
class DirectRanks {
 public:
  DirectRanks(Way way, int ranks, DataType type, ReduceOp op, unsigned threads)
      : way_{way}, type_{type}, op_{op}, threads_{threads} {
    for (int rank = 0; rank < ranks; ++rank) {
      world_ranks_.push_back(10 + rank);
      inboxes_memory_.emplace_back(inbox_bytes(inbox_packets, ranks) / sizeof(Packet));
      meetings_memory_.emplace_back(std::size_t{blocks} * static_cast<std::size_t>(ranks));
      executions_.emplace_back(blocks);
      verdicts_.emplace_back();
    }
    for (auto& inbox : inboxes_memory_)
      inboxes_.push_back(reinterpret_cast<std::byte*>(inbox.data()));
    for (auto& meetings : meetings_memory_) meetings_.push_back(meetings.data());
  }

  void run(const std::vector<std::byte*>& inputs, const std::vector<std::byte*>& outputs,
           std::size_t count, Seconds limit, int absent = -1) {
    const std::vector<const std::byte*> readable(inputs.begin(), inputs.end());
    std::vector<std::thread> threads;
    std::vector<std::unique_ptr<HostBlock>> shared;
    for (std::size_t rank = 0; rank < inputs.size(); ++rank) {
      if (absent == static_cast<int>(rank)) continue;
      for (std::uint32_t block = 0; block < blocks; ++block) {
        HostBlock& host_block = *shared.emplace_back(std::make_unique<HostBlock>(threads_));
        for (unsigned thread = 0; thread < threads_; ++thread)
          threads.emplace_back([&, rank, block, thread] {
            HostMachine machine{host_block, thread};
            const Limits limits{static_cast<std::uint64_t>(to_nanoseconds(limit)), &abort_,
                                &verdicts_[rank]};
            const DirectTask task{.type = type_,
                                  .op = op_,
                                  .rank = static_cast<std::int32_t>(rank),
                                  .ranks = static_cast<std::int32_t>(inputs.size()),
                                  .count = count,
                                  .element_bytes = static_cast<std::uint32_t>(info(type_).bytes),
                                  .world_ranks = world_ranks_.data()};
            const OneShotRun one{task,          inputs[rank],
                                 outputs[rank], inboxes_.data(),
                                 inbox_packets, executions_[rank].data()};
            const TwoShotRun two{task, readable.data(), outputs.data(), meetings_.data(),
                                 executions_[rank].data()};
            if (way_ == Way::one_shot)
              OneShot{machine, one, limits}.execute(block, blocks);
            else
              TwoShot{machine, two, limits}.execute(block, blocks);
          });
      }
    }
    for (std::thread& thread : threads) thread.join();
  }
  [[nodiscard]] ExecutionStatus status(std::size_t rank) const {
    return status_of({&verdicts_[rank], 1});
  }

 private:
  Way way_;
  DataType type_;
  ReduceOp op_;
  unsigned threads_;
  std::uint32_t abort_ = 0;
  std::vector<std::int32_t> world_ranks_;
  std::vector<std::vector<Packet>> inboxes_memory_;
  std::vector<std::vector<Counter>> meetings_memory_;
  std::vector<std::vector<Counter>> executions_;
  std::vector<LaneVerdict> verdicts_;
  std::vector<std::byte*> inboxes_;
  std::vector<Counter*> meetings_;
};

/// Buffers of all ranks with numbers of a type, whose sums in rank order are rounded once.
class Numbers {
 public:
  Numbers(DataType type, ReduceOp op, std::size_t ranks, std::size_t count)
      : type_{type}, op_{op}, count_{count} {
    std::uint32_t state = 99;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      auto& input = inputs_.emplace_back(count * info(type).bytes / sizeof(Vector) + 2);
      auto* bytes = reinterpret_cast<std::byte*>(input.data());
      for (std::size_t i = 0; i < count * info(type).bytes; ++i)
        bytes[i] = static_cast<std::byte>((state = state * 1664525U + 1013904223U) >> 24);
      if (is_floating(type))
        for (std::size_t i = 0; i < count; ++i) {
          std::byte& highest = bytes[(i + 1) * info(type).bytes - 1];
          highest &= std::byte{0xBF};  // below 2 in every format
        }
      outputs_.emplace_back(input.size());
    }
  }
  [[nodiscard]] std::vector<std::byte*> inputs() { return places(inputs_); }
  [[nodiscard]] std::vector<std::byte*> outputs() { return places(outputs_); }
  [[nodiscard]] std::vector<std::vector<Vector>>& results() { return outputs_; }

  /// Before a run, as it may be in place.
  void note_expected() {
    expected_.clear();
    for (std::size_t i = 0; i < count_; ++i) {
      std::vector<std::uint64_t> elements;
      for (std::size_t rank = 0; rank < inputs_.size(); ++rank) {
        const std::uint64_t bits = load_bits(type_, inputs_[rank].data(), i);
        const bool doubles = op_ == ReduceOp::mulsum && mulsum_factor(static_cast<int>(rank)) == 2;
        elements.push_back(bits);
        if (doubles) elements.push_back(bits);
      }
      expected_.push_back(combined_bits(type_, op_, elements));
    }
  }
  void expect_right(const std::vector<std::byte*>& outputs, const std::string& where) const {
    for (std::size_t rank = 0; rank < outputs.size(); ++rank)
      for (std::size_t i = 0; i < count_; ++i)
        ASSERT_TRUE(same_number(type_, load_bits(type_, outputs[rank], i), expected_[i]))
            << where << ", rank " << rank << ", element " << i << " of " << count_;
  }

 private:
  [[nodiscard]] static std::vector<std::byte*> places(std::vector<std::vector<Vector>>& all) {
    std::vector<std::byte*> places;
    for (auto& one : all) places.push_back(reinterpret_cast<std::byte*>(one.data()));
    return places;
  }

  DataType type_;
  ReduceOp op_;
  std::size_t count_;
  std::vector<std::vector<Vector>> inputs_;
  std::vector<std::vector<Vector>> outputs_;
  std::vector<std::uint64_t> expected_;
};

class ByHand : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(Ways, ByHand, testing::Values(Way::one_shot, Way::two_shot),
                         [](const auto& tested) {
                           return tested.param == Way::one_shot ? "one_shot" : "two_shot";
                         });

TEST_P(ByHand, IsRightForEveryNumberOfRanksAndSize) {
  for (const std::size_t ranks : {1, 2, 3, 8, 9}) {
    DirectRanks direct{GetParam(), static_cast<int>(ranks), DataType::int32, ReduceOp::sum, 2};
    for (const std::size_t count : {1, 2, 3, 64, 257, 1000}) {
      Numbers numbers{DataType::int32, ReduceOp::sum, ranks, count};
      numbers.note_expected();
      direct.run(numbers.inputs(), numbers.outputs(), count, patience);
      numbers.expect_right(numbers.outputs(), std::to_string(ranks) + " ranks");
      direct.run(numbers.inputs(), numbers.inputs(), count, patience);
      numbers.expect_right(numbers.inputs(), std::to_string(ranks) + " ranks, in place");
    }
  }
}

TEST_P(ByHand, RoundsOnceForEveryTypeAndOperation) {
  constexpr std::size_t ranks = 3;
  constexpr std::size_t count = 101;
  for (const auto& type : data_types)
    for (const auto& op : reduce_ops) {
      // Of floats the reference has no factors, and no quotients.
      if (op.op == ReduceOp::avg || (op.op == ReduceOp::mulsum && is_floating(type.type))) continue;
      DirectRanks direct{GetParam(), ranks, type.type, op.op, 1};
      Numbers numbers{type.type, op.op, ranks, count};
      numbers.note_expected();
      direct.run(numbers.inputs(), numbers.outputs(), count, patience);
      numbers.expect_right(numbers.outputs(), std::string{type.name} + " " + std::string{op.name});
    }
}

TEST_P(ByHand, DividesTheSumForAverages) {
  constexpr std::size_t ranks = 4;
  DirectRanks direct{GetParam(), ranks, DataType::float32, ReduceOp::avg, 1};
  std::vector<std::vector<Vector>> buffers(ranks, std::vector<Vector>(2));
  std::vector<std::byte*> places;
  float value = 1;
  for (auto& buffer : buffers) {
    auto* floats = reinterpret_cast<float*>(buffer.data());
    std::fill(floats, floats + 7, value++);
    places.push_back(reinterpret_cast<std::byte*>(buffer.data()));
  }
  direct.run(places, places, 7, patience);
  for (const std::byte* place : places)
    for (std::size_t i = 0; i < 7; ++i)
      EXPECT_EQ(load_bits(DataType::float32, place, i), std::bit_cast<std::uint32_t>(2.5F));
}

TEST_P(ByHand, NamesTheRankThatDoesNotCome) {
  constexpr std::size_t ranks = 3;
  DirectRanks direct{GetParam(), ranks, DataType::int32, ReduceOp::sum, 2};
  Numbers numbers{DataType::int32, ReduceOp::sum, ranks, 100};
  constexpr int absent = 1;
  direct.run(numbers.inputs(), numbers.outputs(), 100, 50_ms, absent);
  for (const std::size_t rank : {0, 2}) {
    ASSERT_TRUE(direct.status(rank));
    EXPECT_EQ(direct.status(rank)->waiting_for, 10 + absent);
  }
}

}  // namespace
}  // namespace assay::collectives::device
