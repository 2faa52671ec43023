#include "collectives/device/direct_collective.hpp"

#include "collectives/device/direct_base.hpp"
#include "collectives/device/one_shot.hpp"

namespace assay::collectives::device {

namespace {

/// Of short messages, one block for each so many bytes of the largest.
constexpr unsigned packets_blocks = 8;
constexpr unsigned direct_blocks = 64;

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
    meetings_ = meetings();
    const std::vector<std::byte*> places(index(placement.ranks()));
    inputs_ = for_each_rank(std::vector<const std::byte*>(places.begin(), places.end()));
    outputs_ = for_each_rank(places);
  }

  /// How far into its rank's memory a buffer is, which is the same on all ranks.
  [[nodiscard]] std::size_t offset_of(const void* buffer, int local) const {
    return offset_in(buffers_.of(placement().first_local() + local), buffers_.bytes(), buffer);
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
