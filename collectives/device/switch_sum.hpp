#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/device/direct_run.hpp"
#include "collectives/device/meeting.hpp"
#include "collectives/device/qualifier.hpp"
#include "collectives/device/vector.hpp"

namespace assay::collectives::device {

/// All-reduce by the switch that joins the GPUs: each rank has it combine its share of all ranks'
/// inputs, in one load, and write the result to all outputs, in one store.
/// Cost  S + S/n bytes each way on a rank's links, where a ring takes 2S(n-1)/n.
///
/// By all threads of block `block` of `blocks`, the same on all ranks and in every execution.
/// `Machine` as for Interpreter, with `load_reduced(SwitchOperation, address)` and `store_to_all`
/// of multicast addresses, and `order_aliases()`, after which a rank's own address shows what came
/// by the other one. Input may be output.
/// Precondition: buffers begin at multiples of 16 bytes, and a whole vector there can be read.
template <class Machine>
class SwitchSum {
 public:
  ASSAY_DEVICE SwitchSum(Machine& machine, const SwitchRun& run, const Limits& limits)
      : machine_{machine}, run_{run}, meeting_{machine, run.task, run.meetings, limits} {}

  ASSAY_DEVICE bool execute(std::uint32_t block, std::uint32_t blocks) {
    const Counter before = run_.executions[block];
    if (!meeting_.meet(block, before + 1)) return false;
    const std::size_t per_vector = sizeof(Vector) / run_.task.element_bytes;
    const std::size_t vectors = run_.task.count / per_vector;
    const bool has_rest = vectors * per_vector < run_.task.count;
    sum_share(block, blocks, vectors);
    if (has_rest && is_for_rest(block)) sum_rest(vectors);
    if (!meeting_.meet(block, before + meetings)) return false;
    if (has_rest && block == 0) take_rest(vectors * per_vector);
    if (machine_.thread() == 0) run_.executions[block] = before + meetings;
    return true;
  }

 private:
  static constexpr Counter meetings = 2;
  /// So many vectors are asked for before the first is used.
  static constexpr int loads = 4;

  ASSAY_DEVICE void sum_share(std::uint32_t block, std::uint32_t blocks,
                              std::size_t vectors) const {
    const auto ranks = static_cast<std::size_t>(run_.task.ranks);
    const auto rank = static_cast<std::size_t>(run_.task.rank);
    const std::size_t end = vectors * (rank + 1) / ranks;
    const std::size_t stride = std::size_t{blocks} * machine_.threads();
    const std::size_t first = std::size_t{block} * machine_.threads() + machine_.thread();
    for (std::size_t index = vectors * rank / ranks + first; index < end; index += loads * stride) {
      Vector loaded[loads] = {};
      ASSAY_UNROLL
      for (int i = 0; i < loads; ++i)
        if (index + i * stride < end) loaded[i] = sum_of(index + i * stride);
      ASSAY_UNROLL
      for (int i = 0; i < loads; ++i)
        if (index + i * stride < end)
          Machine::store_to_all(run_.outputs + (index + i * stride) * sizeof(Vector), loaded[i]);
    }
  }
  [[nodiscard]] ASSAY_DEVICE Vector sum_of(std::size_t vector) const {
    return Machine::load_reduced(run_.operation, run_.inputs + vector * sizeof(Vector));
  }

  // What is left of whole vectors is summed with what lies behind it, by the last rank, and goes to
  // all by way of a place of its own, as behind the outputs there may be somebody's data.

  [[nodiscard]] ASSAY_DEVICE bool is_for_rest(std::uint32_t block) const {
    return block == 0 && machine_.thread() == 0 && run_.task.rank + 1 == run_.task.ranks;
  }
  ASSAY_DEVICE void sum_rest(std::size_t vector) const {
    Machine::store_to_all(run_.rests, sum_of(vector));
  }
  ASSAY_DEVICE void take_rest(std::size_t first) const {
    Machine::order_aliases();
    const std::size_t begin = first * run_.task.element_bytes;
    const std::size_t bytes = run_.task.count * run_.task.element_bytes - begin;
    for (std::size_t i = machine_.thread(); i < bytes; i += machine_.threads())
      run_.output[begin + i] = run_.rest[i];
  }

  Machine& machine_;
  const SwitchRun& run_;
  Meeting<Machine> meeting_;
};

}  // namespace assay::collectives::device
