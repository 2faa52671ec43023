#include "collectives/direct/moving_collective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "core/error.hpp"

namespace assay::collectives {

namespace {

/// A block is moved whole: one chunk, cut at cache lines.
Layout layout_of(std::size_t count, const OperationInfo& operation, PlanShape shape,
                 std::size_t element_bytes) {
  constexpr std::size_t cache_line_bytes = 64;
  const std::size_t line = cache_line_bytes / element_bytes;
  return {{count, operation.has_blocks}, shape, (count / line + 1) * line, line};
}

}  // namespace

MovingCollective::MovingCollective(const MovePlan& plan, Bootstrap& bootstrap, Transport& transport,
                                   Elements elements, const ExecutorOptions& options)
    : operation_{info(plan.operation)},
      shape_{.segments = 1, .blocks = plan.blocks},
      meeting_{bootstrap, transport},
      op_{operation_.reduces ? elements.op : ReduceOp::sum},
      element_bytes_{info(elements.type).bytes},
      reduction_{find_reduction(elements.type, elements.op)},
      options_{options} {
  if (const auto defect = find_defect(plan, false))
    throw Error{"assay", 0, fmt::format("moves of {} are wrong: {}", operation_.name, *defect)};
  for (const MovePlan::Phase& phase : plan.phases) {
    phases_.push_back(phase[static_cast<std::size_t>(bootstrap.rank())]);
    for (const Move& move : phases_.back()) {
      most_sources_ = std::max(most_sources_, move.sources.size());
      most_targets_ = std::max(most_targets_, move.targets.size());
    }
  }
}

ExecutionStatus MovingCollective::run(const void* input, void* output, std::size_t count,
                                      Deadline deadline) noexcept {
  const Layout layout = layout_of(count, operation_, shape_, element_bytes_);
  mine_ = {std::bit_cast<std::uint64_t>(input), std::bit_cast<std::uint64_t>(output)};
  meeting_.show(mine_);
  for (const auto& moves : phases_) {
    if (const auto late = meet(deadline)) return late;
    for (const Move& move : moves) {
      const std::size_t elements = layout.part(0, move.target_block).count;
      if (elements == 0) continue;
      const auto begin = [&](Part part, std::uint32_t block) {
        return part == Part::own ? 0 : layout.block_begin(block) * element_bytes_;
      };
      const Part from = move.from_output ? operation_.output : operation_.input;
      const int lost = make(move, begin(from, move.source_block),
                            begin(operation_.output, move.target_block), elements);
      if (lost != all_well) return TimedOut{options_.world_rank(lost), 0, 0};
    }
  }
  return meet(deadline);
}

ExecutionStatus MovingCollective::meet(Deadline deadline) noexcept {
  meeting_.arrive();
  Waiter waiter{options_.wait};
  int missing = 0;
  while ((missing = meeting_.missing(missing)) < ranks()) {
    waiter.pause();
    if (!waiter.should_look_up()) continue;
    const TimedOut wait{options_.world_rank(missing), 0, 0};
    options_.report(wait);
    if (deadline.passed()) return wait;
  }
  options_.report({Heartbeat::nobody, 0, -1});
  return std::nullopt;
}

}  // namespace assay::collectives
