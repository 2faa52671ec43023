#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/device/accumulator.hpp"
#include "collectives/device/direct_run.hpp"
#include "collectives/device/meeting.hpp"
#include "collectives/device/qualifier.hpp"
#include "collectives/device/vector.hpp"

namespace assay::collectives::device {

/// By all threads of block `block` of `blocks`, the same on all ranks and in every execution:
/// blocks of one number meet before any of them reads, and after all of them have written.
/// `Machine` as for Interpreter. Inputs may be the outputs.
/// Precondition: buffers begin at multiples of 16 bytes.
template <class Machine>
class TwoShot {
 public:
  ASSAY_DEVICE TwoShot(Machine& machine, const TwoShotRun& run, const Limits& limits)
      : machine_{machine}, run_{run}, meeting_{machine, run.task, run.meetings, limits} {}

  ASSAY_DEVICE bool execute(std::uint32_t block, std::uint32_t blocks) {
    const Counter before = run_.executions[block];
    if (!meeting_.meet(block, before + 1)) return false;
    with_format(run_.task.type, Share{*this, block, blocks});
    if (!meeting_.meet(block, before + meetings)) return false;
    if (machine_.thread() == 0) run_.executions[block] = before + meetings;
    return true;
  }

 private:
  static constexpr Counter meetings = 2;
  /// So many ranks' vectors are loaded before the first is used.
  static constexpr int loads = 8;

  struct Share {
    TwoShot& shot;
    std::uint32_t block;
    std::uint32_t blocks;
    template <class Format>
    ASSAY_DEVICE void run() const {
      shot.template sum_share<Format>(block, blocks);
    }
  };

  template <class Format>
  ASSAY_DEVICE void sum_share(std::uint32_t block, std::uint32_t blocks) {
    using Stored = typename Format::Stored;
    constexpr std::size_t per_vector = sizeof(Vector) / sizeof(Stored);
    const std::size_t vectors = run_.task.count / per_vector;
    const auto ranks = static_cast<std::size_t>(run_.task.ranks);
    const auto rank = static_cast<std::size_t>(run_.task.rank);
    const std::size_t begin = vectors * rank / ranks;
    const std::size_t end = vectors * (rank + 1) / ranks;
    const std::size_t stride = std::size_t{blocks} * machine_.threads();
    const std::size_t first = std::size_t{block} * machine_.threads() + machine_.thread();
    for (std::size_t index = begin + first; index < end; index += stride)
      sum_vector<Format>(index * sizeof(Vector));
    // What is left of whole vectors is the last rank's.
    if (rank + 1 < ranks) return;
    for (std::size_t i = vectors * per_vector + first; i < run_.task.count; i += stride)
      sum_element<Format>(i);
  }

  template <class Format>
  ASSAY_DEVICE void sum_vector(std::size_t at) const {
    const int ranks = run_.task.ranks;
    Accumulator<Format> sum{run_.task.op};
    for (int group = 0; group < ranks; group += loads) {
      Vector loaded[loads] = {};
      ASSAY_UNROLL
      for (int i = 0; i < loads; ++i)
        if (group + i < ranks) loaded[i] = Machine::load(run_.inputs[group + i] + at);
      ASSAY_UNROLL
      for (int i = 0; i < loads; ++i)
        if (group + i < ranks) sum.add(loaded[i], run_.task.factor(group + i));
    }
    const Vector result = sum.result(run_.task.divisor());
    for (int step = 1; step <= ranks; ++step)
      Machine::store(run_.outputs[(run_.task.rank + step) % ranks] + at, result);
  }

  template <class Format>
  ASSAY_DEVICE void sum_element(std::size_t index) const {
    using Stored = typename Format::Stored;
    Accumulator<Format> sum{run_.task.op};
    for (int from = 0; from < run_.task.ranks; ++from) {
      Pack<Stored> pack{};
      pack.elements[0] = reinterpret_cast<const Stored*>(run_.inputs[from])[index];
      sum.add(to_vector(pack), run_.task.factor(from));
    }
    const auto result = to_pack<Stored>(sum.result(run_.task.divisor()));
    for (int to = 0; to < run_.task.ranks; ++to)
      reinterpret_cast<Stored*>(run_.outputs[to])[index] = result.elements[0];
  }

  Machine& machine_;
  const TwoShotRun& run_;
  Meeting<Machine> meeting_;
};

}  // namespace assay::collectives::device
