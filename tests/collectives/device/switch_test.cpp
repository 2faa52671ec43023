#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "collectives/device/accumulator.hpp"
#include "collectives/device/switch_operation.hpp"
#include "collectives/device/switch_sum.hpp"
#include "collectives/device/verdict.hpp"
#include "tests/collectives/device/host_machine.hpp"
#include "tests/collectives/reference_element.hpp"

namespace assay::collectives::device {
namespace {

constexpr Seconds patience{60.0};
constexpr std::uint32_t blocks = 2;

/// A stand-in for the switch: an address of `everybody` stands for the same place of every rank's
/// memory. Sums are in rank order, as the switch's own order is its secret.
class StandInSwitch {
 public:
  static StandInSwitch& get() {
    static StandInSwitch one;
    return one;
  }
  void join(std::vector<std::vector<Vector>>& memories) {
    everybody_.assign(memories.front().size() * sizeof(Vector), std::byte{});
    places_.clear();
    for (auto& memory : memories) places_.push_back(reinterpret_cast<std::byte*>(memory.data()));
  }
  [[nodiscard]] std::byte* everybody() { return everybody_.data(); }
  [[nodiscard]] std::vector<std::byte*> behind(const std::byte* address) const {
    const auto offset = static_cast<std::size_t>(address - everybody_.data());
    EXPECT_LE(offset + sizeof(Vector), everybody_.size());
    EXPECT_EQ(offset % sizeof(Vector), 0U);
    std::vector<std::byte*> all;
    for (std::byte* place : places_) all.push_back(place + offset);
    return all;
  }

 private:
  std::vector<std::byte> everybody_;
  std::vector<std::byte*> places_;
};

class SwitchMachine : public HostMachine {
 public:
  using HostMachine::HostMachine;
  [[nodiscard]] static Vector load_reduced(SwitchOperation operation, const std::byte* from) {
    switch (operation) {
      case SwitchOperation::add_float32:
        return sum<reduction::Plain<float>>(ReduceOp::sum, from);
      case SwitchOperation::add_float16:
        return sum<reduction::Float16>(ReduceOp::sum, from);
      case SwitchOperation::add_bfloat16:
        return sum<reduction::Bfloat16>(ReduceOp::sum, from);
      case SwitchOperation::min_float16:
        return sum<reduction::Float16>(ReduceOp::min, from);
      case SwitchOperation::min_bfloat16:
        return sum<reduction::Bfloat16>(ReduceOp::min, from);
      case SwitchOperation::max_float16:
        return sum<reduction::Float16>(ReduceOp::max, from);
      case SwitchOperation::max_bfloat16:
        return sum<reduction::Bfloat16>(ReduceOp::max, from);
    }
    return {};
  }
  static void store_to_all(std::byte* to, const Vector& vector) {
    for (std::byte* place : StandInSwitch::get().behind(to)) store(place, vector);
  }
  static void order_aliases() {}

 private:
  template <class Format>
  static Vector sum(ReduceOp op, const std::byte* from) {
    Accumulator<Format> all{op};
    for (const std::byte* place : StandInSwitch::get().behind(from)) all.add(load(place), 1);
    return all.result(1);
  }
};

/// Ranks whose memory is [input][output][rest], with some vectors of somebody else's between.
class SwitchRanks {
 public:
  SwitchRanks(int ranks, DataType type, ReduceOp op, std::size_t largest_count)
      : ranks_{static_cast<std::size_t>(ranks)},
        type_{type},
        op_{op},
        part_{largest_count * info(type).bytes / sizeof(Vector) + 3},
        memories_(ranks_, std::vector<Vector>(2 * part_ + 1)),
        meetings_memory_(ranks_, std::vector<Counter>(blocks * ranks_)),
        executions_(ranks_, std::vector<Counter>(blocks)),
        verdicts_(ranks_) {
    for (int rank = 0; rank < ranks; ++rank) world_ranks_.push_back(10 + rank);
    for (auto& meetings : meetings_memory_) meetings_.push_back(meetings.data());
    StandInSwitch::get().join(memories_);
  }

  /// New inputs, and what is behind the results: to be found unchanged.
  void fill() {
    for (auto& memory : memories_)
      for (Vector& vector : memory)
        for (std::uint32_t& word : vector.words) {
          state_ = state_ * 1664525U + 1013904223U;
          word = state_ & 0xBFFFBFFFU;  // below 2, as one float or two
        }
    before_ = memories_;
  }

  void run(std::size_t count, bool in_place, Seconds limit, int absent = -1) {
    std::vector<std::thread> threads;
    std::vector<std::unique_ptr<HostBlock>> shared;
    constexpr unsigned threads_of_block = 2;
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
      if (absent == static_cast<int>(rank)) continue;
      for (std::uint32_t block = 0; block < blocks; ++block) {
        HostBlock& host_block = *shared.emplace_back(std::make_unique<HostBlock>(threads_of_block));
        for (unsigned thread = 0; thread < threads_of_block; ++thread)
          threads.emplace_back([&, rank, block, thread] {
            SwitchMachine machine{host_block, thread};
            const Limits limits{static_cast<std::uint64_t>(to_nanoseconds(limit)), &abort_,
                                &verdicts_[rank]};
            const SwitchRun run = run_of(rank, count, in_place);
            SwitchSum{machine, run, limits}.execute(block, blocks);
          });
      }
    }
    for (std::thread& thread : threads) thread.join();
  }

  void expect_right(std::size_t count, bool in_place, const std::string& where) {
    const std::size_t first = in_place ? 0 : part_;
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
      const auto* result = reinterpret_cast<const std::byte*>(memories_[rank].data() + first);
      const auto* old = reinterpret_cast<const std::byte*>(before_[rank].data() + first);
      for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::uint64_t> elements;
        for (const auto& memory : before_) elements.push_back(load_bits(type_, memory.data(), i));
        ASSERT_TRUE(
            same_number(type_, load_bits(type_, result, i), combined_bits(type_, op_, elements)))
            << where << ", rank " << rank << ", element " << i << " of " << count;
      }
      const std::size_t end = count * info(type_).bytes;
      ASSERT_EQ(std::memcmp(result + end, old + end, 2 * sizeof(Vector)), 0)
          << where << ": what is behind " << count << " elements of rank " << rank;
    }
  }
  [[nodiscard]] ExecutionStatus status(std::size_t rank) const {
    return status_of({&verdicts_[rank], 1});
  }

 private:
  [[nodiscard]] SwitchRun run_of(std::size_t rank, std::size_t count, bool in_place) {
    std::byte* everybody = StandInSwitch::get().everybody();
    auto* own = reinterpret_cast<std::byte*>(memories_[rank].data());
    const std::size_t output = in_place ? 0 : part_ * sizeof(Vector);
    const std::size_t rest = 2 * part_ * sizeof(Vector);
    return {.task = {.type = type_,
                     .op = op_,
                     .rank = static_cast<std::int32_t>(rank),
                     .ranks = static_cast<std::int32_t>(ranks_),
                     .count = count,
                     .element_bytes = static_cast<std::uint32_t>(info(type_).bytes),
                     .world_ranks = world_ranks_.data()},
            .operation = find_switch_operation(type_, op_).value(),
            .inputs = everybody,
            .outputs = everybody + output,
            .rests = everybody + rest,
            .output = own + output,
            .rest = own + rest,
            .meetings = meetings_.data(),
            .executions = executions_[rank].data()};
  }

  std::size_t ranks_;
  DataType type_;
  ReduceOp op_;
  std::size_t part_;  ///< vectors of the input, and of the output
  std::vector<std::vector<Vector>> memories_;
  std::vector<std::vector<Vector>> before_;
  std::vector<std::vector<Counter>> meetings_memory_;
  std::vector<std::vector<Counter>> executions_;
  std::vector<LaneVerdict> verdicts_;
  std::vector<std::int32_t> world_ranks_;
  std::vector<Counter*> meetings_;
  std::uint32_t abort_ = 0;
  std::uint32_t state_ = 99;
};

TEST(SwitchSum, IsRightForEveryNumberOfRanksAndSizeAndSparesWhatIsBehind) {
  for (const int ranks : {2, 3, 8}) {
    constexpr std::size_t largest = 1000;
    SwitchRanks all{ranks, DataType::float32, ReduceOp::sum, largest};
    for (const std::size_t count :
         {std::size_t{1}, std::size_t{4}, std::size_t{7}, std::size_t{257}, largest})
      for (const bool in_place : {false, true}) {
        all.fill();
        all.run(count, in_place, patience);
        all.expect_right(count, in_place, std::to_string(ranks) + " ranks");
      }
  }
}

TEST(SwitchSum, CombinesWhatSwitchesCombine) {
  int known = 0;
  for (const auto& type : data_types)
    for (const auto& op : reduce_ops) {
      if (!find_switch_operation(type.type, op.op)) continue;
      ++known;
      SwitchRanks all{3, type.type, op.op, 103};
      all.fill();
      all.run(103, false, patience);
      all.expect_right(103, false, std::string{type.name} + " " + std::string{op.name});
    }
  EXPECT_EQ(known, 7);
}

TEST(SwitchSum, NamesTheRankThatDoesNotCome) {
  SwitchRanks all{3, DataType::float32, ReduceOp::sum, 100};
  all.fill();
  constexpr int absent = 1;
  all.run(100, false, 50_ms, absent);
  for (const std::size_t rank : {0, 2}) {
    ASSERT_TRUE(all.status(rank));
    EXPECT_EQ(all.status(rank)->waiting_for, 10 + absent);
  }
}

}  // namespace
}  // namespace assay::collectives::device
