#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "collectives/data_type.hpp"
#include "collectives/layout.hpp"
#include "collectives/plan.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives::device {

// A rank's plan as the interpreter (interpreter.hpp) reads it: flat, and with addresses. Whoever
// runs it puts all of this where the interpreter's threads can read it.

/// Counts up for ever, so that graphs can replay what waits for it.
using Counter = std::uint64_t;

struct TableStep {
  static constexpr std::int32_t none = -1;

  Step step;
  std::int32_t outgoing = none;  ///< number of the rank's end of the link that it sends on
  std::int32_t incoming = none;
};

struct TableLane {
  std::uint32_t segment = 0;
  std::int32_t after = Lane::independent;
  std::uint32_t first_step = 0;
  std::uint32_t steps = 0;
};

/// A rank's lanes and steps, and the links that they use, each once.
struct LaneTable {
  std::vector<TableLane> lanes;
  std::vector<TableStep> steps;
  std::vector<Link> outgoing;
  std::vector<Link> incoming;
  std::vector<bool> has_scratch;  ///< by lane
};
[[nodiscard]] LaneTable make_lane_table(const RankPlan& plan, int rank);

/// The sending end of a link: the slots lie with the receiver, so that data are pushed.
struct OutgoingEnd {
  std::byte* slots = nullptr;         ///< in the receiver's memory
  Counter* arrived = nullptr;         ///< there, too: messages sent
  const Counter* released = nullptr;  ///< in this rank's memory: messages given back
  Counter* sent = nullptr;            ///< this rank's own account
  std::int32_t peer = 0;              ///< the job's rank
};
struct IncomingEnd {
  const std::byte* slots = nullptr;
  const Counter* arrived = nullptr;
  Counter* released = nullptr;  ///< in the sender's memory
  Counter* received = nullptr;  ///< this rank's own account
  std::int32_t peer = 0;
};

/// What every execution of a rank's plan has in common.
struct RankTable {
  const TableLane* lanes = nullptr;
  const TableStep* steps = nullptr;
  const OutgoingEnd* outgoing = nullptr;
  const IncomingEnd* incoming = nullptr;
  std::byte* const* scratch = nullptr;  ///< by lane; null where a lane uses none
  Counter* progress = nullptr;          ///< by lane; see Interpreter
  std::uint32_t lane_count = 0;
  std::uint32_t slots = 0;     ///< of a link
  std::size_t slot_bytes = 0;  ///< a multiple of 16
  DataType type = DataType::float32;
  ReduceOp op = ReduceOp::sum;  ///< sum, where nothing is reduced
  std::int32_t rank = 0;
  std::int32_t ranks = 1;
  std::uint32_t element_bytes = 1;
};

/// One execution.
struct RankRun {
  RankTable table;
  const std::byte* input = nullptr;  ///< where the whole buffer begins, or would
  std::byte* output = nullptr;
  Layout input_layout;
  Layout output_layout;  ///< the same, unless blocks have lengths of their own
  bool has_own_lengths = false;
  std::uint32_t chunks = 0;
};

/// How a lane ended, where it did not do all of its work. Where several threads write one, each of
/// its fields is one of theirs.
struct LaneVerdict {
  enum class Cause : std::int32_t { none, timed_out, aborted };
  static constexpr std::int32_t own_lane = -1;

  Cause cause = Cause::none;
  std::int32_t waiting_for = 0;  ///< the job's rank, or own_lane
  std::int32_t step = 0;
};

/// When to give up.
struct Limits {
  std::uint64_t nanoseconds = 0;         ///< from the beginning of the execution
  const std::uint32_t* abort = nullptr;  ///< not 0: end at once; the host's memory
  LaneVerdict* verdicts = nullptr;       ///< by lane; the host's memory
};

}  // namespace assay::collectives::device
