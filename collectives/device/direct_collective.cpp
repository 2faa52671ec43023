#include "collectives/device/direct_collective.hpp"

#include <algorithm>
#include <numeric>

#include "collectives/device/direct_run.hpp"
#include "collectives/device/kernel_collective.hpp"
#include "collectives/device/one_shot.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {

namespace {

/// Of short messages, one block for each so many bytes of the largest.
constexpr unsigned packets_blocks = 8;
constexpr unsigned direct_blocks = 64;

std::size_t index(int rank) { return static_cast<std::size_t>(rank); }

/// A rank's blocks: all ranks have as many, which their devices run at once.
template <class Run>
LaunchShape shape_of(unsigned wanted, Bootstrap& processes, const Placement& placement) {
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

/// What the two have in common: for each rank, counters and perhaps an inbox that peers write to.
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

class PacketsCollective final : public DirectCollective<OneShotRun> {
 public:
  PacketsCollective(const OwnTask& task, Bootstrap& processes, const Placement& placement,
                    Seconds patience)
      : DirectCollective{task,
                         processes,
                         placement,
                         shape_of<OneShotRun>(packets_blocks, processes, placement),
                         inbox_bytes(packets_of(task), placement.ranks()),
                         patience},
        packets_{packets_of(task)} {
    std::vector<std::byte*> inboxes;
    for (int rank = 0; rank < placement.ranks(); ++rank) inboxes.push_back(shared(rank));
    inboxes_ = for_each_rank(inboxes);
  }

 private:
  [[nodiscard]] static std::size_t packets_of(const OwnTask& task) {
    return task.largest_bytes / Packet::data_bytes + 1;
  }
  [[nodiscard]] std::vector<OneShotRun> make_runs(std::span<const RankBuffers> buffers,
                                                  std::size_t count) override {
    std::vector<OneShotRun> runs;
    for (int i = 0; i < placement().per_process; ++i) {
      const RankBuffers& mine = buffers[index(i)];
      runs.push_back({direct_task(i, count), static_cast<const std::byte*>(mine.input),
                      static_cast<std::byte*>(mine.output), inboxes_[index(i)].data(), packets_,
                      executions(i)});
    }
    return runs;
  }

  std::size_t packets_;
  std::vector<Uploaded<std::byte*>> inboxes_;
};

class TwoShotCollective final : public DirectCollective<TwoShotRun> {
 public:
  TwoShotCollective(const OwnTask& task, Bootstrap& processes, const Placement& placement,
                    const PeerMemory& buffers, Seconds patience)
      : TwoShotCollective{task,
                          processes,
                          placement,
                          buffers,
                          shape_of<TwoShotRun>(direct_blocks, processes, placement),
                          patience} {}

 private:
  TwoShotCollective(const OwnTask& task, Bootstrap& processes, const Placement& placement,
                    const PeerMemory& buffers, LaunchShape shape, Seconds patience)
      : DirectCollective{task,
                         processes,
                         placement,
                         shape,
                         shape.blocks * index(placement.ranks()) * sizeof(Counter),
                         patience},
        buffers_{buffers} {
    std::vector<Counter*> meetings;
    for (int rank = 0; rank < placement.ranks(); ++rank)
      meetings.push_back(reinterpret_cast<Counter*>(shared(rank)));
    meetings_ = for_each_rank(meetings);
    const std::vector<std::byte*> places(index(placement.ranks()));
    inputs_ = for_each_rank(std::vector<const std::byte*>(places.begin(), places.end()));
    outputs_ = for_each_rank(places);
  }

  /// How far into its rank's memory a buffer is, which is the same on all ranks.
  [[nodiscard]] std::size_t offset_of(const void* buffer, int local) const {
    const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(buffer) -
                                                 buffers_.of(placement().first_local() + local));
    if (offset >= buffers_.bytes() || offset % sizeof(Vector) != 0)
      throw UsageError{
          "a buffer is not in the memory that peers reach, or not at a multiple of 16 "
          "bytes in it"};
    return offset;
  }

  [[nodiscard]] std::vector<TwoShotRun> make_runs(std::span<const RankBuffers> buffers,
                                                  std::size_t count) override {
    std::vector<TwoShotRun> runs;
    for (int i = 0; i < placement().per_process; ++i) {
      const std::size_t input = offset_of(buffers[index(i)].input, i);
      const std::size_t output = offset_of(buffers[index(i)].output, i);
      std::vector<const std::byte*> inputs;
      std::vector<std::byte*> outputs;
      for (int rank = 0; rank < placement().ranks(); ++rank) {
        inputs.push_back(buffers_.of(rank) + input);
        outputs.push_back(buffers_.of(rank) + output);
      }
      const native::CurrentDevice current{placement().device(placement().first_local() + i)};
      inputs_[index(i)].assign(inputs);
      outputs_[index(i)].assign(outputs);
      runs.push_back({direct_task(i, count), inputs_[index(i)].data(), outputs_[index(i)].data(),
                      meetings_[index(i)].data(), executions(i)});
    }
    return runs;
  }

  const PeerMemory& buffers_;
  std::vector<Uploaded<Counter*>> meetings_;
  std::vector<Uploaded<const std::byte*>> inputs_;
  std::vector<Uploaded<std::byte*>> outputs_;
};

}  // namespace

std::unique_ptr<GroupCollective> make_packets_collective(const OwnTask& task, Bootstrap& processes,
                                                         const Placement& placement,
                                                         Seconds patience) {
  return std::make_unique<PacketsCollective>(task, processes, placement, patience);
}

std::unique_ptr<GroupCollective> make_direct_collective(const OwnTask& task, Bootstrap& processes,
                                                        const Placement& placement,
                                                        const PeerMemory& buffers,
                                                        Seconds patience) {
  return std::make_unique<TwoShotCollective>(task, processes, placement, buffers, patience);
}

}  // namespace assay::collectives::device
