#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/combination.hpp"
#include "collectives/data_type.hpp"
#include "collectives/device/combine.hpp"
#include "collectives/device/lane_table.hpp"
#include "collectives/device/qualifier.hpp"
#include "collectives/device/wait.hpp"

namespace assay::collectives::device {

/// Executes one lane of a rank's plan by the threads of one block, in the same order and with the
/// same roundings as HostExecutor.
///
/// `Machine` is what it runs on, by the eyes of one thread: `thread()`, `threads()`, `barrier()`
/// and `any(bool)` of its block; `acquire`, `release` and `volatile_load` of counters and words
/// that others write; `write` of a verdict; `load` and `store` of vectors, and how many
/// `loads_at_once`; `nanoseconds()` and `pause()`.
///
/// Counters never go back: each end of a link counts its messages in its rank's memory, from one
/// execution to the next, so that the same launch can be replayed. A lane's progress is its number
/// of executions times 2^32, plus the chunks done in the one under way.
template <class Machine>
class Interpreter {
 public:
  ASSAY_DEVICE Interpreter(Machine& machine, const RankRun& run, const Limits& limits)
      : machine_{machine}, run_{run}, limits_{limits}, patience_{limits} {}

  /// By all threads of the lane's block. False where it gave up; the lane's verdict then says why,
  /// and the links are in an unknown state.
  ASSAY_DEVICE bool execute(std::uint32_t lane_number) {
    const RankTable& table = run_.table;
    const TableLane& lane = table.lanes[lane_number];
    const Counter begin = table.progress[lane_number];
    for (std::uint32_t chunk = 0; chunk < run_.chunks; ++chunk) {
      if (lane.after != Lane::independent &&
          !meet(lane_number, 0, [&] { return wait_for_lane(lane.after, begin + chunk + 1); }))
        return false;
      for (std::uint32_t number = 0; number < lane.steps; ++number) {
        const TableStep& step = table.steps[lane.first_step + number];
        const Piece piece = piece_of(lane, chunk, step.step);
        // Both ends of a message know its length: where there is nothing to send, nothing is sent.
        if (piece.count == 0) continue;
        if (!meet(lane_number, number, [&] { return wait_for_peers(step); })) return false;
        combine(machine_, work_of(lane_number, step, piece));
        machine_.barrier();
        if (is_first_thread()) tell_peers(step);
      }
      machine_.barrier();  // what the chunk's copies wrote, too
      if (is_first_thread()) Machine::release(&table.progress[lane_number], begin + chunk + 1);
    }
    machine_.barrier();  // all have read where the progress began
    if (is_first_thread()) Machine::release(&table.progress[lane_number], begin + executions);
    return true;
  }

  static constexpr Counter executions = Counter{1} << 32;

 private:
  struct Piece {
    std::size_t in_input;
    std::size_t in_output;
    std::size_t count;
  };
  /// How a wait ended, and for which of the job's ranks it was.
  struct Waited {
    WaitEnd end = WaitEnd::none;
    std::int32_t peer = 0;
  };

  [[nodiscard]] ASSAY_DEVICE bool is_first_thread() const { return machine_.thread() == 0; }

  /// The first thread waits, and all know how it went. What others wrote before is then seen by all
  /// threads of the block.
  template <class Wait>
  ASSAY_DEVICE bool meet(std::uint32_t lane, std::uint32_t step, Wait wait) {
    bool has_failed = false;
    if (is_first_thread()) {
      const Waited waited = wait();
      has_failed = waited.end != WaitEnd::none;
      if (has_failed)
        Machine::write(&limits_.verdicts[lane],
                       {waited.end, waited.peer, static_cast<std::int32_t>(step)});
    }
    return !machine_.any(has_failed);
  }

  ASSAY_DEVICE Waited wait_for_lane(std::int32_t other, Counter at_least) const {
    return {patience_.wait_for(&run_.table.progress[other], at_least), LaneVerdict::own_lane};
  }

  ASSAY_DEVICE Waited wait_for_peers(const TableStep& step) const {
    if (step.outgoing != TableStep::none) {
      const OutgoingEnd& end = run_.table.outgoing[step.outgoing];
      const Counter next = *end.sent + 1;
      if (next > run_.table.slots)
        if (const WaitEnd waited = patience_.wait_for(end.released, next - run_.table.slots);
            waited != WaitEnd::none)
          return {waited, end.peer};
    }
    if (step.incoming != TableStep::none) {
      const IncomingEnd& end = run_.table.incoming[step.incoming];
      return {patience_.wait_for(end.arrived, *end.received + 1), end.peer};
    }
    return {};
  }

  ASSAY_DEVICE void tell_peers(const TableStep& step) const {
    if (step.incoming != TableStep::none) {
      const IncomingEnd& end = run_.table.incoming[step.incoming];
      *end.received += 1;
      Machine::release(end.released, *end.received);
    }
    if (step.outgoing != TableStep::none) {
      const OutgoingEnd& end = run_.table.outgoing[step.outgoing];
      *end.sent += 1;
      Machine::release(end.arrived, *end.sent);
    }
  }

  ASSAY_DEVICE Piece piece_of(const TableLane& lane, std::uint32_t chunk, const Step& step) const {
    const ElementRange input = run_.input_layout.piece(lane.segment, chunk, step.block);
    if (!run_.has_own_lengths) return {input.begin, input.begin, input.count};
    const ElementRange output = run_.output_layout.piece(lane.segment, chunk, step.block);
    return {input.begin, output.begin, reads(step, Place::input) ? input.count : output.count};
  }

  ASSAY_DEVICE std::size_t slot_offset(Counter message) const {
    return static_cast<std::size_t>(message % run_.table.slots) * run_.table.slot_bytes;
  }
  ASSAY_DEVICE std::byte* scratch(std::uint32_t lane, const Step& step) const {
    return run_.table.scratch[lane] + step.block * run_.table.slot_bytes;
  }
  ASSAY_DEVICE const std::byte* input(const Piece& piece) const {
    return run_.input + piece.in_input * run_.table.element_bytes;
  }
  ASSAY_DEVICE std::byte* output(const Piece& piece) const {
    return run_.output + piece.in_output * run_.table.element_bytes;
  }
  ASSAY_DEVICE const std::byte* operand(std::uint32_t lane, const Step& step,
                                        const Piece& piece) const {
    if (step.operand == Place::scratch) return scratch(lane, step);
    return step.operand == Place::output ? output(piece) : input(piece);
  }
  ASSAY_DEVICE std::byte* target(std::uint32_t lane, const Step& step, const Piece& piece) const {
    if (writes(step, Place::scratch)) return scratch(lane, step);
    return writes(step, Place::output) ? output(piece) : nullptr;
  }

  ASSAY_DEVICE Combination work_of(std::uint32_t lane, const TableStep& entry,
                                   const Piece& piece) const {
    const RankTable& table = run_.table;
    const Step& step = entry.step;
    StepPlaces places;
    if (step.action == Action::reduce) places.input = input(piece);
    if (has_operand(step.action)) places.operand = operand(lane, step, piece);
    places.target = target(lane, step, piece);
    if (entry.incoming != TableStep::none) {
      const IncomingEnd& end = table.incoming[entry.incoming];
      places.incoming = end.slots + slot_offset(*end.received);
    }
    if (entry.outgoing != TableStep::none) {
      const OutgoingEnd& end = table.outgoing[entry.outgoing];
      places.room = end.slots + slot_offset(*end.sent);
    }
    return combination_of(step, places,
                          {table.type, table.op, table.element_bytes, table.rank, table.ranks},
                          piece.count);
  }

  Machine& machine_;
  const RankRun& run_;
  const Limits& limits_;
  Patience<Machine> patience_;
};

}  // namespace assay::collectives::device
