#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "collectives/device/arena.hpp"
#include "collectives/device/lane_table.hpp"
#include "collectives/host_executor.hpp"
#include "collectives/layout.hpp"

namespace assay::collectives::device {

/// How one rank's buffers are cut for runs that are told `count`, as HostExecutor cuts them.
class RunShape {
 public:
  RunShape(const ExecutorTask& task, PlanShape shape, std::size_t slot_bytes);

  /// Of the runs from now on.
  void set_count(std::size_t count);

  /// Where the blocks begin in input and output, one number more than blocks each; empty unless
  /// blocks have lengths of their own. As long as this is there.
  [[nodiscard]] const std::vector<std::size_t>& begins(Side side) const {
    return begins_[side == Side::input ? 0 : 1];
  }
  /// An execution with these buffers. `begins` are copies of the above that the interpreter's
  /// threads can read; not looked at where they are empty.
  [[nodiscard]] RankRun run(const RankTable& table, const void* input, void* output,
                            const std::size_t* input_begins,
                            const std::size_t* output_begins) const;

 private:
  [[nodiscard]] Layout layout_of(Side side, std::size_t count);

  ExecutorTask task_;
  PlanShape shape_;
  std::size_t slot_elements_;
  std::size_t element_bytes_;
  std::array<std::vector<std::size_t>, 2> begins_;
  Layout input_layout_;
  Layout output_layout_;
};

/// What the executions of a rank's plan have in common, but for addresses.
[[nodiscard]] RankTable rank_table(const ExecutorTask& task, const LaneTable& table,
                                   const ArenaShape& arena);

}  // namespace assay::collectives::device
