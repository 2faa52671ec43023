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
      weights_{plan.weights},
      meeting_{bootstrap, transport},
      op_{operation_.reduces ? elements.op : ReduceOp::sum},
      element_bytes_{info(elements.type).bytes},
      reduction_{find_reduction(elements.type, elements.op)},
      options_{options} {
  if (const auto defect = find_defect(plan, false))
    throw Error{"assay", 0, fmt::format("moves of {} are wrong: {}", operation_.name, *defect)};
  for (const MovePlan::Phase& phase : plan.phases) {
    auto& moves = phases_.emplace_back();
    for (const Move& move : phase[static_cast<std::size_t>(bootstrap.rank())]) {
      moves.push_back({.move = move});
      most_sources_ = std::max(most_sources_, move.sources.size());
      most_targets_ = std::max(most_targets_, move.targets.size());
    }
  }
}

void MovingCollective::place_moves(std::size_t count) noexcept {
  const Layout layout = layout_of(count, operation_, shape_, element_bytes_);
  const auto begin = [&](Side side, int rank, std::uint32_t block) -> std::size_t {
    const Part part = side == Side::input ? operation_.input : operation_.output;
    if (part == Part::own) return 0;
    const std::size_t elements = weights_.are_equal()
                                     ? layout.block_begin(block)
                                     : weights_.begin(side, rank, static_cast<int>(block), count);
    return elements * element_bytes_;
  };
  for (auto& moves : phases_)
    for (PlacedMove& placed : moves) {
      const Move& move = placed.move;
      const int target = move.targets.front();
      placed.source_offset = begin(move.from_output ? Side::output : Side::input,
                                   move.sources.front(), move.source_block);
      placed.target_offset = begin(Side::output, target, move.target_block);
      placed.elements =
          weights_.are_equal()
              ? layout.part(0, move.target_block).count
              : weights_.elements(Side::output, target, static_cast<int>(move.target_block), count);
    }
  count_ = count;
}

ExecutionStatus MovingCollective::run(const void* input, void* output, std::size_t count,
                                      Deadline deadline) noexcept {
  if (count != count_) place_moves(count);
  mine_ = {std::bit_cast<std::uint64_t>(input), std::bit_cast<std::uint64_t>(output)};
  meeting_.show(mine_);
  for (const auto& moves : phases_) {
    if (const auto late = meet(deadline)) return late;
    for (const PlacedMove& placed : moves) {
      if (placed.elements == 0) continue;
      const int lost =
          make(placed.move, placed.source_offset, placed.target_offset, placed.elements);
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
