#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/data_type.hpp"
#include "collectives/device/lane_table.hpp"

namespace assay::collectives::device {

// All-reduces by hand. The first two do what the plans of the same names do, with fewer hands
// between.

/// What they have in common.
struct DirectTask {
  DataType type = DataType::float32;
  ReduceOp op = ReduceOp::sum;
  std::int32_t rank = 0;
  std::int32_t ranks = 1;
  std::size_t count = 0;  ///< elements
  std::uint32_t element_bytes = 1;
  const std::int32_t* world_ranks = nullptr;  ///< by rank

  [[nodiscard]] constexpr int factor(int of_rank) const {
    return op == ReduceOp::mulsum ? mulsum_factor(of_rank) : 1;
  }
  [[nodiscard]] constexpr int divisor() const { return op == ReduceOp::avg ? ranks : 1; }
};

/// One-shot: every rank writes its input into an inbox of each other one, in packets of 16 bytes,
/// half of which are the number of the execution, so that data need no flag behind them.
struct OneShotRun {
  DirectTask task;
  const std::byte* input = nullptr;
  std::byte* output = nullptr;
  std::byte* const* inboxes = nullptr;  ///< by rank: of `inbox_bytes`
  std::size_t inbox_packets = 0;        ///< for one rank and one execution
  Counter* executions = nullptr;        ///< by block, in this rank's memory
};

/// Two-shot: every rank sums its share of all inputs, and writes it to all outputs.
struct TwoShotRun {
  DirectTask task;
  const std::byte* const* inputs = nullptr;  ///< by rank: where this rank sees them
  std::byte* const* outputs = nullptr;
  Counter* const* meetings = nullptr;  ///< by rank: counters of [block][rank that came]
  Counter* executions = nullptr;       ///< by block, in this rank's memory
};

/// What a switch does to each element of a vector: operation and type in one.
enum class SwitchOperation : std::uint64_t {
  add_float32,
  add_float16,
  add_bfloat16,
  min_float16,
  min_bfloat16,
  max_float16,
  max_bfloat16,
};

/// By the switch: every rank has it combine its share of all inputs and write that to all outputs.
struct SwitchRun {
  DirectTask task;
  SwitchOperation operation = SwitchOperation::add_float32;
  const std::byte* inputs = nullptr;   ///< multicast address: of all ranks' inputs
  std::byte* outputs = nullptr;        ///< likewise
  std::byte* rests = nullptr;          ///< likewise: of places for one vector
  std::byte* output = nullptr;         ///< this rank's own, by its own address
  const std::byte* rest = nullptr;     ///< likewise
  Counter* const* meetings = nullptr;  ///< by rank: counters of [block][rank that came]
  Counter* executions = nullptr;       ///< by block, in this rank's memory
};

}  // namespace assay::collectives::device
