#include "collectives/algorithms/chain.hpp"

#include "collectives/algorithms/rank_order.hpp"

namespace assay::collectives {

namespace {

/// This rank's place in the chain, and who is beside it.
struct Link {
  bool is_first;
  bool is_last;
  int towards_root;
  int away_from_root;
};

Link link_of(int rank, int ranks, const PlanOptions& options) {
  return {.is_first = rank == options.root,
          .is_last = rank == rank_after(options.root, -1, ranks, options),
          .towards_root = rank_after(rank, -1, ranks, options),
          .away_from_root = rank_after(rank, 1, ranks, options)};
}

}  // namespace

RankPlan chain_broadcast_plan(int rank, int ranks, const PlanOptions& options) {
  const auto [is_first, is_last, before, after] = link_of(rank, ranks, options);
  std::vector<Step> steps;
  if (is_first) {
    if (!is_last) steps.push_back({.action = Action::send, .send_to = after});
    steps.push_back({.action = Action::copy});
  } else if (is_last) {
    steps.push_back({.action = Action::receive, .receive_from = before});
  } else {
    steps.push_back({.action = Action::receive_send, .receive_from = before, .send_to = after});
  }
  return in_each_segment(steps, options);
}

RankPlan chain_reduce_plan(int rank, int ranks, const PlanOptions& options) {
  const auto [is_first, is_last, before, after] = link_of(rank, ranks, options);
  Step step{.action = Action::copy, .completes = true};
  if (!is_first && is_last) {
    step = {.action = Action::send, .send_to = before};
  } else if (is_first && !is_last) {
    step = {.action = Action::receive_reduce, .completes = true, .receive_from = after};
  } else if (!is_first) {
    step = {.action = Action::receive_reduce_send,
            .target = Place::nowhere,
            .receive_from = after,
            .send_to = before};
  }
  return in_each_segment({step}, options);
}

}  // namespace assay::collectives
