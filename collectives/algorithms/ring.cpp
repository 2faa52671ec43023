#include "collectives/algorithms/ring.hpp"

#include "collectives/algorithms/rank_order.hpp"

namespace assay::collectives {

namespace {

std::vector<Step> ring_steps(int position, int ranks, int previous, int next) {
  // Block numbers fall by one each step: what a rank passes on is what its predecessor passed on
  // one step before.
  const auto block = [=](int steps_back) {
    return static_cast<std::uint32_t>((position - steps_back + 2 * ranks) % ranks);
  };
  std::vector<Step> steps;
  steps.reserve(2 * static_cast<std::size_t>(ranks) - 1);
  steps.push_back({.action = Action::send, .send_to = next, .block = block(0)});
  for (int i = 1; i < ranks; ++i) {
    const bool sum_is_complete = i == ranks - 1;
    steps.push_back({.action = Action::receive_reduce_send,
                     .store = sum_is_complete,
                     .receive_from = previous,
                     .send_to = next,
                     .block = block(i)});
  }
  for (int i = 0; i < ranks - 2; ++i)
    steps.push_back({.action = Action::receive_send,
                     .receive_from = previous,
                     .send_to = next,
                     .block = block(i)});
  // The successor completed this one itself: it goes no further.
  steps.push_back({.action = Action::receive, .receive_from = previous, .block = block(ranks - 2)});
  return steps;
}

}  // namespace

RankPlan ring_plan(int rank, int ranks, const PlanOptions& options) {
  const int position = position_of(rank, options);
  const int previous = rank_at((position + ranks - 1) % ranks, options);
  const int next = rank_at((position + 1) % ranks, options);
  const std::vector<Step> steps = ranks == 1 ? std::vector{Step{.action = Action::copy}}
                                             : ring_steps(position, ranks, previous, next);
  RankPlan plan;
  for (int lane = 0; lane < options.lanes; ++lane)
    plan.push_back({.segment = static_cast<std::uint32_t>(lane), .steps = steps});
  return plan;
}

PlanShape ring_shape(int ranks, const PlanOptions& options) {
  return {.segments = static_cast<std::uint32_t>(options.lanes),
          .blocks = static_cast<std::uint32_t>(ranks)};
}

}  // namespace assay::collectives
