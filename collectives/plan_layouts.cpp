#include "collectives/plan_layouts.hpp"

#include <algorithm>

namespace assay::collectives {

namespace {

std::vector<std::size_t> begins_of(const Plan& plan, Side side, int rank, std::size_t count) {
  std::vector<std::size_t> begins{0};
  for (int block = 0; block < plan.rank_count(); ++block)
    begins.push_back(begins.back() + plan.weights.elements(side, rank, block, count));
  return begins;
}

}  // namespace

PlanLayouts::PlanLayouts(const Plan& plan, std::size_t size, std::size_t block_bytes)
    : plan_{plan} {
  const bool are_equal = plan.weights.are_equal();
  const int ranks = are_equal ? 1 : plan.rank_count();
  begins_.reserve(2 * static_cast<std::size_t>(ranks));
  for (int rank = 0; rank < ranks; ++rank)
    for (const Side side : {Side::input, Side::output}) {
      auto& begins = begins_.emplace_back();
      if (!are_equal) begins = begins_of(plan, side, rank, size / plan.shape.blocks);
      layouts_.push_back({{size, false, begins}, plan.shape, block_bytes, 1});
      chunks_ = std::max(chunks_, layouts_.back().chunks());
    }
}

}  // namespace assay::collectives
