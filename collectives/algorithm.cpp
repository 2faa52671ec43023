#include "collectives/algorithm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "collectives/algorithms/binomial_tree.hpp"
#include "collectives/algorithms/chain.hpp"
#include "collectives/algorithms/direct.hpp"
#include "collectives/algorithms/double_binary_tree.hpp"
#include "collectives/algorithms/halving_doubling.hpp"
#include "collectives/algorithms/hierarchical.hpp"
#include "collectives/algorithms/rank_order.hpp"
#include "collectives/algorithms/ring.hpp"
#include "core/error.hpp"
#include "core/named.hpp"

namespace assay::collectives {

namespace {

constexpr std::array known_algorithms{
    Algorithm{.operation = Operation::all_reduce,
              .name = "ring",
              .description = "bandwidth-optimal, 2(n-1) steps",
              .same_order_on_all_ranks = true,
              .rank_plan = ring_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::all_reduce,
              .name = "tree",
              .description = "double binary tree, 2 log2 n steps deep",
              .same_order_on_all_ranks = true,
              .rank_plan = double_binary_tree_plan,
              .shape = double_binary_tree_shape},
    Algorithm{.operation = Operation::all_reduce,
              .name = "one_shot",
              .description = "everybody sends all to everybody, one step",
              .same_order_on_all_ranks = true,
              .rank_plan = one_shot_plan,
              .shape = one_block},
    Algorithm{.operation = Operation::all_reduce,
              .name = "two_shot",
              .description = "direct reduce-scatter and all-gather, two steps",
              .same_order_on_all_ranks = true,
              .rank_plan = two_shot_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::all_reduce,
              .name = "halving_doubling",
              .description = "recursive halving and doubling, 2 log2 n steps",
              .same_order_on_all_ranks = true,
              .rank_plan = halving_doubling_plan,
              .shape = halving_doubling_shape},
    Algorithm{.operation = Operation::all_reduce,
              .name = "hierarchical_ring",
              .description = "inside nodes direct, across them a ring for each share",
              .same_order_on_all_ranks = true,
              .rank_plan = hierarchical_ring_plan,
              .shape = hierarchical_ring_shape,
              .why_not = why_not_hierarchical},
    Algorithm{.operation = Operation::all_reduce,
              .name = "hierarchical_tree",
              .description = "inside nodes direct, across them a double binary tree",
              .same_order_on_all_ranks = true,
              .rank_plan = hierarchical_tree_plan,
              .shape = hierarchical_tree_shape,
              .why_not = why_not_hierarchical},
    Algorithm{.operation = Operation::reduce_scatter,
              .name = "ring",
              .description = "bandwidth-optimal, n-1 steps",
              .same_order_on_all_ranks = true,
              .rank_plan = ring_reduce_scatter_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::reduce_scatter,
              .name = "halving",
              .description = "recursive halving, log2 n steps",
              .same_order_on_all_ranks = true,
              .rank_plan = halving_reduce_scatter_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::reduce_scatter,
              .name = "direct",
              .description = "each block straight to its rank, one step",
              .same_order_on_all_ranks = true,
              .rank_plan = direct_reduce_scatter_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::all_gather,
              .name = "ring",
              .description = "bandwidth-optimal, n-1 steps",
              .same_order_on_all_ranks = false,
              .rank_plan = ring_all_gather_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::all_gather,
              .name = "doubling",
              .description = "recursive doubling, log2 n steps",
              .same_order_on_all_ranks = false,
              .rank_plan = doubling_all_gather_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::all_gather,
              .name = "direct",
              .description = "each block straight to everybody, one step",
              .same_order_on_all_ranks = false,
              .rank_plan = direct_all_gather_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::broadcast,
              .name = "tree",
              .description = "binomial tree, log2 n steps deep",
              .same_order_on_all_ranks = false,
              .rank_plan = tree_broadcast_plan,
              .shape = one_block},
    Algorithm{.operation = Operation::broadcast,
              .name = "chain",
              .description = "pipelined chain, n-1 steps deep",
              .same_order_on_all_ranks = false,
              .rank_plan = chain_broadcast_plan,
              .shape = one_block},
    Algorithm{.operation = Operation::reduce,
              .name = "tree",
              .description = "binomial tree, log2 n steps deep",
              .same_order_on_all_ranks = true,
              .rank_plan = tree_reduce_plan,
              .shape = one_block},
    Algorithm{.operation = Operation::reduce,
              .name = "chain",
              .description = "pipelined chain, n-1 steps deep",
              .same_order_on_all_ranks = true,
              .rank_plan = chain_reduce_plan,
              .shape = one_block},
    Algorithm{.operation = Operation::gather,
              .name = "direct",
              .description = "each block straight to the root",
              .same_order_on_all_ranks = false,
              .rank_plan = direct_gather_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::scatter,
              .name = "direct",
              .description = "each block straight from the root",
              .same_order_on_all_ranks = false,
              .rank_plan = direct_scatter_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::all_to_all,
              .name = "pairwise",
              .description = "pairs exchange their blocks, n-1 steps",
              .same_order_on_all_ranks = false,
              .rank_plan = pairwise_all_to_all_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::all_to_all_v,
              .name = "pairwise",
              .description = "pairs exchange their blocks, n-1 steps",
              .same_order_on_all_ranks = false,
              .rank_plan = pairwise_all_to_all_plan,
              .shape = block_a_rank},
    Algorithm{.operation = Operation::send_recv,
              .name = "ring",
              .description = "every buffer to the next rank, one step",
              .same_order_on_all_ranks = false,
              .rank_plan = ring_send_recv_plan,
              .shape = one_block},
};

void check_order(int ranks, const std::vector<int>& order) {
  if (order.empty()) return;
  const auto size = static_cast<std::size_t>(ranks);
  if (order.size() != size)
    throw UsageError{fmt::format("the order names {} ranks; there are {}", order.size(), ranks)};
  std::vector<bool> seen(size, false);
  for (const int rank : order) {
    if (rank < 0 || rank >= ranks)
      throw UsageError{fmt::format("the order names rank {}; ranks are 0 to {}", rank, ranks - 1)};
    if (seen[static_cast<std::size_t>(rank)])
      throw UsageError{fmt::format("the order names rank {} twice", rank)};
    seen[static_cast<std::size_t>(rank)] = true;
  }
}

}  // namespace

std::span<const Algorithm> algorithms() { return known_algorithms; }

std::span<const Algorithm> algorithms(Operation operation) {
  static_assert(std::ranges::is_sorted(known_algorithms, {}, &Algorithm::operation));
  return std::ranges::equal_range(known_algorithms, operation, {}, &Algorithm::operation);
}

const Algorithm& find_algorithm(Operation operation, std::string_view name) {
  return find_named(algorithms(operation), name,
                    fmt::format("algorithm of {}", info(operation).name));
}

void check_plan_options(int ranks, const PlanOptions& options) {
  if (ranks < 1) throw UsageError{fmt::format("a plan needs at least one rank, not {}", ranks)};
  if (options.lanes < 1)
    throw UsageError{fmt::format("a plan needs at least one lane, not {}", options.lanes)};
  check_order(ranks, options.order);
  if (options.root < 0 || options.root >= ranks)
    throw UsageError{
        fmt::format("the root is rank {}; ranks are 0 to {}", options.root, ranks - 1)};
  if (!options.weights.are_equal() && options.weights.ranks() != ranks)
    throw UsageError{fmt::format("the weights of blocks are of {} ranks; there are {}",
                                 options.weights.ranks(), ranks)};
  if (!options.node_of.empty() && options.node_of.size() != static_cast<std::size_t>(ranks))
    throw UsageError{
        fmt::format("the nodes are of {} ranks; there are {}", options.node_of.size(), ranks)};
}

Plan make_plan(const Algorithm& algorithm, int ranks, const PlanOptions& options) {
  check_plan_options(ranks, options);
  Plan plan{.algorithm = std::string{algorithm.name},
            .operation = algorithm.operation,
            .root = options.root,
            .weights = options.weights,
            .shape = algorithm.shape(ranks, options),
            .same_order_on_all_ranks = algorithm.same_order_on_all_ranks,
            .ranks = {}};
  plan.ranks.reserve(static_cast<std::size_t>(ranks));
  for (int rank = 0; rank < ranks; ++rank)
    plan.ranks.push_back(algorithm.rank_plan(rank, ranks, options));
  return plan;
}

Plan make_pair_plan(int ranks, int from, int to) {
  const auto is_rank = [=](int rank) { return rank >= 0 && rank < ranks; };
  if (!is_rank(from) || !is_rank(to) || from == to)
    throw UsageError{fmt::format("a pair needs two of {} ranks, not {} and {}", ranks, from, to)};
  Plan plan{.algorithm = "pair",
            .operation = Operation::transfer,
            .shape = {},
            .ranks = std::vector<RankPlan>(static_cast<std::size_t>(ranks), RankPlan(1))};
  plan.ranks[static_cast<std::size_t>(from)][0].steps = {{.action = Action::send, .send_to = to}};
  plan.ranks[static_cast<std::size_t>(to)][0].steps = {
      {.action = Action::receive, .receive_from = from}};
  return plan;
}

}  // namespace assay::collectives
