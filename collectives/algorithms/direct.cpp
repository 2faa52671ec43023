#include "collectives/algorithms/direct.hpp"

#include "collectives/algorithms/rank_order.hpp"

namespace assay::collectives {

namespace {

/// The other ranks, in the order in which this one turns to them.
std::vector<int> peers_after(int rank, int ranks, const PlanOptions& options) {
  std::vector<int> peers;
  for (int step = 1; step < ranks; ++step) peers.push_back(rank_after(rank, step, ranks, options));
  return peers;
}

std::vector<Step> alone(int rank, bool completes) {
  return {Step{.action = Action::copy, .completes = completes, .block = block_of(rank)}};
}

void add_reduce_scatter(int rank, int ranks, const PlanOptions& options, std::vector<Step>& steps) {
  const auto peers = peers_after(rank, ranks, options);
  for (const int peer : peers)
    steps.push_back({.action = Action::send, .send_to = peer, .block = block_of(peer)});
  for (std::size_t i = peers.size(); i > 0; --i)  // who turned to this rank first comes first
    steps.push_back({.action = Action::receive_reduce,
                     .operand = i == peers.size() ? Place::input : Place::output,
                     .completes = i == 1,
                     .receive_from = peers[i - 1],
                     .block = block_of(rank)});
}

void add_all_gather(int rank, int ranks, const PlanOptions& options, Place own,
                    std::vector<Step>& steps) {
  const auto peers = peers_after(rank, ranks, options);
  for (const int peer : peers)
    steps.push_back(
        {.action = Action::send, .operand = own, .send_to = peer, .block = block_of(rank)});
  for (std::size_t i = peers.size(); i > 0; --i)
    steps.push_back(
        {.action = Action::receive, .receive_from = peers[i - 1], .block = block_of(peers[i - 1])});
}

}  // namespace

RankPlan one_shot_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment(alone(0, true), options);
  std::vector<Step> steps;
  for (const int peer : peers_after(rank, ranks, options))
    steps.push_back({.action = Action::send, .send_to = peer});
  // Sums of two are the same either way round, so rank 1 may begin with its own input. Later ranks
  // keep what comes before their own turn aside: in place, the output is the input.
  const bool waits_for_its_turn = rank > 1;
  Place sum = waits_for_its_turn ? Place::scratch : Place::input;
  for (int peer = 0; peer < ranks; ++peer) {
    const bool is_last = peer == ranks - 1;
    if (peer == rank && waits_for_its_turn) {
      steps.push_back({.action = Action::reduce, .operand = sum, .completes = is_last});
      sum = Place::output;
    }
    if (peer == rank) continue;
    const bool is_before = waits_for_its_turn && peer < rank;
    steps.push_back({.action = is_before && peer == 0 ? Action::receive : Action::receive_reduce,
                     .operand = sum,
                     .target = is_before ? Place::scratch : Place::output,
                     .completes = is_last || (ranks == 2),
                     .receive_from = peer});
    if (!is_before) sum = Place::output;
  }
  return in_each_segment(steps, options);
}

RankPlan two_shot_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment(alone(0, true), options);
  std::vector<Step> steps;
  add_reduce_scatter(rank, ranks, options, steps);
  add_all_gather(rank, ranks, options, Place::output, steps);
  return in_each_segment(steps, options);
}

RankPlan direct_reduce_scatter_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment(alone(0, true), options);
  std::vector<Step> steps;
  add_reduce_scatter(rank, ranks, options, steps);
  return in_each_segment(steps, options);
}

RankPlan direct_all_gather_plan(int rank, int ranks, const PlanOptions& options) {
  std::vector<Step> steps = alone(rank, false);
  add_all_gather(rank, ranks, options, Place::output, steps);
  return in_each_segment(steps, options);
}

RankPlan direct_gather_plan(int rank, int ranks, const PlanOptions& options) {
  if (rank != options.root)
    return in_each_segment(
        {{.action = Action::send, .send_to = options.root, .block = block_of(rank)}}, options);
  std::vector<Step> steps = alone(rank, false);
  for (const int peer : peers_after(rank, ranks, options))
    steps.push_back({.action = Action::receive, .receive_from = peer, .block = block_of(peer)});
  return in_each_segment(steps, options);
}

RankPlan direct_scatter_plan(int rank, int ranks, const PlanOptions& options) {
  if (rank != options.root)
    return in_each_segment(
        {{.action = Action::receive, .receive_from = options.root, .block = block_of(rank)}},
        options);
  std::vector<Step> steps;
  for (const int peer : peers_after(rank, ranks, options))
    steps.push_back({.action = Action::send, .send_to = peer, .block = block_of(peer)});
  steps.push_back({.action = Action::copy, .block = block_of(rank)});
  return in_each_segment(steps, options);
}

RankPlan pairwise_all_to_all_plan(int rank, int ranks, const PlanOptions& options) {
  // Both ranks of a pair name the same block to each other, so that in place each block is sent
  // right before it is written.
  const int position = position_of(rank, options);
  std::vector<Step> steps;
  for (int round = 0; round < ranks; ++round) {
    const int partner = rank_at((round - position + ranks) % ranks, options);
    if (partner == rank) continue;
    steps.push_back({.action = Action::send, .send_to = partner, .block = block_of(partner)});
    steps.push_back(
        {.action = Action::receive, .receive_from = partner, .block = block_of(partner)});
  }
  steps.push_back({.action = Action::copy, .block = block_of(rank)});
  return in_each_segment(steps, options);
}

}  // namespace assay::collectives
