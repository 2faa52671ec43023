#include "collectives/device/switch_collective.hpp"

#include <fmt/format.h>

#include "collectives/device/direct_base.hpp"
#include "collectives/device/switch_operation.hpp"

namespace assay::collectives::device {

namespace {

/// The switch does the sums: it takes few blocks to keep the links busy.
constexpr unsigned switch_blocks = 32;

SwitchOperation require_operation(const Elements& elements) {
  const auto operation = find_switch_operation(elements.type, elements.op);
  if (!operation)
    throw UnavailableError{
        fmt::format("switches do not combine {} of {}; algorithm {} is for sum of float32, and "
                    "sum, min and max "
                    "of float16 and bfloat16",
                    info(elements.op).name, info(elements.type).name, switch_algorithm)};
  return *operation;
}

class SwitchCollective final : public DirectCollective<SwitchRun> {
 public:
  SwitchCollective(const OwnTask& task, Bootstrap& processes, const Placement& placement,
                   const MulticastMemory& buffers, LaunchShape shape, Seconds patience)
      : DirectCollective{task,
                         processes,
                         placement,
                         shape,
                         shape.blocks * index(placement.ranks()) * sizeof(Counter),
                         patience},
        operation_{require_operation(task.elements)},
        buffers_{buffers} {
    meetings_ = meetings();
  }

 private:
  [[nodiscard]] std::size_t offset_of(const void* buffer, int local) const {
    return offset_in(buffers_.own(local), buffers_.bytes() - switch_rest_bytes, buffer);
  }

  [[nodiscard]] std::vector<SwitchRun> make_runs(std::span<const RankBuffers> buffers,
                                                 std::size_t count) override {
    std::vector<SwitchRun> runs;
    const std::size_t rest = buffers_.bytes() - switch_rest_bytes;
    for (int i = 0; i < placement().per_process; ++i) {
      const RankBuffers& mine = buffers[index(i)];
      runs.push_back({.task = direct_task(i, count),
                      .operation = operation_,
                      .inputs = buffers_.everybody(i) + offset_of(mine.input, i),
                      .outputs = buffers_.everybody(i) + offset_of(mine.output, i),
                      .rests = buffers_.everybody(i) + rest,
                      .output = static_cast<std::byte*>(mine.output),
                      .rest = buffers_.own(i) + rest,
                      .meetings = meetings_[index(i)].data(),
                      .executions = executions(i)});
    }
    return runs;
  }

  SwitchOperation operation_;
  const MulticastMemory& buffers_;
  std::vector<Uploaded<Counter*>> meetings_;
};

}  // namespace

std::unique_ptr<GroupCollective> make_switch_collective(const OwnTask& task, Bootstrap& processes,
                                                        const Placement& placement,
                                                        const MulticastMemory& buffers,
                                                        Seconds patience) {
  require_operation(task.elements);
  return std::make_unique<SwitchCollective>(
      task, processes, placement, buffers, shape_of<SwitchRun>(switch_blocks, processes, placement),
      patience);
}

}  // namespace assay::collectives::device
