#include "collectives/algorithms/ring.hpp"

#include "collectives/algorithms/rank_order.hpp"

namespace assay::collectives {

namespace {

struct Neighbours {
  int previous;
  int next;
};

Neighbours neighbours_of(int rank, int ranks, const PlanOptions& options) {
  return {rank_after(rank, -1, ranks, options), rank_after(rank, 1, ranks, options)};
}

std::vector<Step> alone(bool completes) {
  return {Step{.action = Action::copy, .completes = completes}};
}

}  // namespace

std::vector<Step> ring_steps(const RingPlace& ring) {
  // Block numbers fall by one each step: what a rank passes on is what its predecessor passed on
  // one step before.
  const auto block = [&](int steps_back) {
    return ring.first_block +
           static_cast<std::uint32_t>((ring.position - steps_back + 2 * ring.size) % ring.size);
  };
  std::vector<Step> steps;
  steps.reserve(2 * static_cast<std::size_t>(ring.size) - 1);
  steps.push_back(
      {.action = Action::send, .operand = ring.held, .send_to = ring.next, .block = block(0)});
  for (int i = 1; i < ring.size; ++i) {
    const bool sum_is_complete = i == ring.size - 1;
    steps.push_back({.action = Action::receive_reduce_send,
                     .operand = ring.held,
                     .target = sum_is_complete ? Place::output : Place::nowhere,
                     .completes = sum_is_complete,
                     .receive_from = ring.previous,
                     .send_to = ring.next,
                     .block = block(i)});
  }
  for (int i = 0; i < ring.size - 2; ++i)
    steps.push_back({.action = Action::receive_send,
                     .receive_from = ring.previous,
                     .send_to = ring.next,
                     .block = block(i)});
  // The successor completed this one itself: it goes no further.
  steps.push_back(
      {.action = Action::receive, .receive_from = ring.previous, .block = block(ring.size - 2)});
  return steps;
}

RankPlan ring_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment(alone(true), options);
  const auto [previous, next] = neighbours_of(rank, ranks, options);
  return in_each_segment(ring_steps({.position = position_of(rank, options),
                                     .size = ranks,
                                     .previous = previous,
                                     .next = next}),
                         options);
}

RankPlan ring_reduce_scatter_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment(alone(true), options);
  const auto [previous, next] = neighbours_of(rank, ranks, options);
  // A block starts at the rank after its own, so that it is complete when it gets home.
  const auto block = [&](int steps_back) {
    return block_of(rank_after(rank, -1 - steps_back, ranks, options));
  };
  std::vector<Step> steps{{.action = Action::send, .send_to = next, .block = block(0)}};
  for (int i = 1; i < ranks - 1; ++i)
    steps.push_back({.action = Action::receive_reduce_send,
                     .target = Place::nowhere,
                     .receive_from = previous,
                     .send_to = next,
                     .block = block(i)});
  steps.push_back({.action = Action::receive_reduce,
                   .completes = true,
                   .receive_from = previous,
                   .block = block_of(rank)});
  return in_each_segment(steps, options);
}

RankPlan ring_all_gather_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment(alone(false), options);
  const auto [previous, next] = neighbours_of(rank, ranks, options);
  const auto block = [&](int steps_back) {
    return block_of(rank_after(rank, -steps_back, ranks, options));
  };
  std::vector<Step> steps{{.action = Action::send, .send_to = next, .block = block(0)},
                          {.action = Action::copy, .block = block(0)}};
  for (int i = 1; i < ranks - 1; ++i)
    steps.push_back({.action = Action::receive_send,
                     .receive_from = previous,
                     .send_to = next,
                     .block = block(i)});
  steps.push_back({.action = Action::receive, .receive_from = previous, .block = block(ranks - 1)});
  return in_each_segment(steps, options);
}

RankPlan ring_send_recv_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment(alone(false), options);
  const int previous = (rank + ranks - 1) % ranks;  // the operation's neighbours, not the order's
  const int next = (rank + 1) % ranks;
  return in_each_segment({{.action = Action::send, .send_to = next},
                          {.action = Action::receive, .receive_from = previous}},
                         options);
}

}  // namespace assay::collectives
