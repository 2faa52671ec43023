#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "benchmarks/collective.hpp"
#include "benchmarks/pattern.hpp"
#include "benchmarks/sampler.hpp"
#include "collectives/device/group_collective.hpp"
#include "collectives/device/placement.hpp"
#include "core/native/cuda.hpp"

namespace assay::benchmarks {

/// The buffers of this process's ranks in their GPUs' memory, dirtied before every run of a
/// collective and checked after it.
class TimedGpuCollective final : public TimedOperation {
 public:
  /// `memory` is each rank's, of `memory_bytes`.
  TimedGpuCollective(const CollectiveTask& task, const collectives::BlockWeights& weights,
                     std::size_t largest_count, const collectives::device::Placement& placement,
                     std::vector<std::byte*> memory);

  /// Input and output, at the same places on all ranks.
  [[nodiscard]] static std::size_t memory_bytes(const CollectiveTask& task,
                                                const collectives::BlockWeights& weights,
                                                std::size_t largest_count, int ranks);

  /// What is run from now on: of `operations` calls of `run` in a row the last one waits for all of
  /// them. `graph`: they are one graph. `collective` must outlive that.
  void choose(collectives::device::GroupCollective& collective, std::size_t count, bool in_place,
              int operations, bool graph);

  void prepare(std::uint64_t sample) override;
  [[nodiscard]] collectives::ExecutionStatus run(Deadline deadline) noexcept override;
  [[nodiscard]] std::optional<Mismatch> check(std::uint64_t sample) override;

  /// The rank of the first mismatch that was found since `choose`.
  [[nodiscard]] int first_wrong_rank() const { return first_wrong_rank_; }

 private:
  [[nodiscard]] collectives::device::RankBuffers places(int rank, std::byte* memory,
                                                        bool in_place) const;
  [[nodiscard]] std::size_t bytes_of(collectives::Side side, int rank) const;

  CollectiveTask task_;
  collectives::BlockWeights weights_;
  collectives::device::Placement placement_;
  std::size_t whole_bytes_;
  std::vector<std::byte*> memory_;
  std::vector<Pattern> patterns_;
  native::PinnedMemory staging_;
  std::vector<collectives::device::RankBuffers> buffers_;
  collectives::device::GroupCollective* collective_ = nullptr;
  std::size_t count_ = 0;
  int operations_ = 1;
  bool graph_ = false;
  int started_ = 0;
  int first_wrong_rank_ = -1;
};

}  // namespace assay::benchmarks
