#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "collectives/device/direct_run.hpp"
#include "collectives/device/kernel_collective.hpp"
#include "collectives/device/own_collective.hpp"
#include "collectives/device/vector.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {

[[nodiscard]] inline std::size_t index(int rank) { return static_cast<std::size_t>(rank); }

/// Collective. A rank's blocks: all ranks have as many, which their devices run at once.
template <class Run>
[[nodiscard]] LaunchShape shape_of(unsigned wanted, Bootstrap& processes,
                                   const Placement& placement) {
  unsigned resident = 0;
  {
    const native::CurrentDevice current{placement.device(placement.first_local())};
    resident = resident_blocks<Run>();
  }
  const unsigned in_a_launch = placement.is_virtual ? static_cast<unsigned>(placement.ranks()) : 1;
  const unsigned room = std::ranges::min(gather_values(processes, resident)) / in_a_launch;
  if (room == 0)
    throw UnavailableError{
        "more virtual ranks than blocks that the GPU runs at once: fewer "
        "--virtual-ranks"};
  return {std::min(wanted, room), in_a_launch, block_threads};
}

/// How far `buffer` is into memory of `bytes`.
/// Throws  UsageError where it is not in it, or not at a multiple of what kernels load at a time.
[[nodiscard]] inline std::size_t offset_in(const std::byte* memory, std::size_t bytes,
                                           const void* buffer) {
  const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(buffer) - memory);
  if (offset >= bytes || offset % sizeof(Vector) != 0)
    throw UsageError{
        "a buffer is not in the memory that peers reach, or not at a multiple of 16 bytes in it"};
  return offset;
}

/// What all-reduces by hand have in common: for each rank, counters and perhaps an inbox that peers
/// write to.
template <class Run>
class DirectCollective : public KernelCollective<Run> {
 protected:
  DirectCollective(const OwnTask& task, Bootstrap& processes, const Placement& placement,
                   LaunchShape shape, std::size_t memory_bytes, Seconds patience)
      : KernelCollective<Run>{placement, shape, 1, patience},
        placement_{placement},
        task_{task},
        counters_bytes_{(shape.blocks * sizeof(Counter) + counters_apart - 1) / counters_apart *
                        counters_apart},
        memory_{processes, placement, counters_bytes_ + memory_bytes} {
    std::vector<std::int32_t> ranks(index(placement.ranks()));
    std::iota(ranks.begin(), ranks.end(), 0);
    for (int i = 0; i < placement.per_process; ++i) {
      const native::CurrentDevice current{placement.device(placement.first_local() + i)};
      world_ranks_.emplace_back(ranks);
    }
  }

  [[nodiscard]] DirectTask direct_task(int local, std::size_t count) const {
    const DataType type = task_.elements.type;
    return {.type = type,
            .op = task_.elements.op,
            .rank = placement_.first_local() + local,
            .ranks = placement_.ranks(),
            .count = count,
            .element_bytes = static_cast<std::uint32_t>(info(type).bytes),
            .world_ranks = world_ranks_[index(local)].data()};
  }
  /// A rank's executions, by block.
  [[nodiscard]] Counter* executions(int local) const {
    return reinterpret_cast<Counter*>(memory_.of(placement_.first_local() + local));
  }
  /// What comes behind them, of any rank.
  [[nodiscard]] std::byte* shared(int rank) const { return memory_.of(rank) + counters_bytes_; }
  /// Where a meeting's counters are, of every rank: they are what comes behind the executions.
  [[nodiscard]] std::vector<Uploaded<Counter*>> meetings() const {
    std::vector<Counter*> counters;
    for (int rank = 0; rank < placement_.ranks(); ++rank)
      counters.push_back(reinterpret_cast<Counter*>(shared(rank)));
    return for_each_rank(counters);
  }
  [[nodiscard]] const Placement& placement() const { return placement_; }
  /// The same values, read by each of this process's ranks.
  template <class Value>
  [[nodiscard]] std::vector<Uploaded<Value>> for_each_rank(const std::vector<Value>& values) const {
    std::vector<Uploaded<Value>> copies;
    for (int i = 0; i < placement_.per_process; ++i) {
      const native::CurrentDevice current{placement_.device(placement_.first_local() + i)};
      copies.emplace_back(values);
    }
    return copies;
  }

 private:
  static constexpr std::size_t counters_apart = 256;

  Placement placement_;
  OwnTask task_;
  std::size_t counters_bytes_;
  PeerMemory memory_;
  std::vector<Uploaded<std::int32_t>> world_ranks_;
};

}  // namespace assay::collectives::device
