#include "collectives/device/rank_run.hpp"

#include <algorithm>

namespace assay::collectives::device {

namespace {

/// As HostExecutor's: then blocks begin at the same elements, and sums have the same bits.
constexpr std::size_t alignment_bytes = 64;

}  // namespace

RunShape::RunShape(const ExecutorTask& task, PlanShape shape, std::size_t slot_bytes)
    : task_{task},
      shape_{shape},
      slot_elements_{slot_bytes / info(task.type).bytes},
      element_bytes_{info(task.type).bytes},
      input_layout_{layout_of(Side::input, 0)},
      output_layout_{input_layout_} {
  if (!task_.weights.are_equal())
    for (auto& begins : begins_) begins.resize(std::size_t{shape.blocks} + 1);
}

Layout RunShape::layout_of(Side side, std::size_t count) {
  std::vector<std::size_t>& begins = begins_[side == Side::input ? 0 : 1];
  for (std::size_t block = 0; block + 1 < begins.size(); ++block)
    begins[block + 1] =
        begins[block] + task_.weights.elements(side, task_.rank, static_cast<int>(block), count);
  return {{count, info(task_.operation).has_blocks, begins},
          shape_,
          slot_elements_,
          std::min(slot_elements_, std::max<std::size_t>(1, alignment_bytes / element_bytes_))};
}

void RunShape::set_count(std::size_t count) {
  input_layout_ = layout_of(Side::input, count);
  output_layout_ = layout_of(Side::output, count);
}

RankRun RunShape::run(const RankTable& table, const void* input, void* output,
                      const std::size_t* input_begins, const std::size_t* output_begins) const {
  const OperationInfo& operation = info(task_.operation);
  const std::size_t own =
      input_layout_.block_begin(static_cast<std::uint32_t>(task_.rank)) * element_bytes_;
  const auto shifted = [&](auto* buffer, Part part) {
    return part == Part::own ? buffer - own : buffer;
  };
  return {.table = table,
          .input = shifted(static_cast<const std::byte*>(input), operation.input),
          .output = shifted(static_cast<std::byte*>(output), operation.output),
          .input_layout = input_layout_.reading(input_begins),
          .output_layout = output_layout_.reading(output_begins),
          .has_own_lengths = !task_.weights.are_equal(),
          .chunks = static_cast<std::uint32_t>(
              std::max(input_layout_.chunks(), output_layout_.chunks()))};
}

RankTable rank_table(const ExecutorTask& task, const LaneTable& table, const ArenaShape& arena) {
  RankTable common;
  common.lane_count = static_cast<std::uint32_t>(table.lanes.size());
  common.slots = arena.slots;
  common.slot_bytes = arena.slot_bytes;
  common.type = task.type;
  common.op = info(task.operation).reduces ? task.op : ReduceOp::sum;
  common.rank = task.rank;
  common.ranks = task.ranks;
  common.element_bytes = static_cast<std::uint32_t>(info(task.type).bytes);
  return common;
}

}  // namespace assay::collectives::device
