#include "collectives/algorithm.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "collectives/algorithms/double_binary_tree.hpp"
#include "collectives/algorithms/ring.hpp"
#include "core/error.hpp"
#include "core/named.hpp"

namespace assay::collectives {

namespace {

constexpr std::array known_algorithms{
    Algorithm{.name = "ring",
              .description = "bandwidth-optimal, 2(n-1) steps",
              .operation = Operation::all_reduce,
              .same_order_on_all_ranks = true,
              .rank_plan = ring_plan,
              .shape = ring_shape},
    Algorithm{.name = "tree",
              .description = "double binary tree, 2 log2 n steps deep",
              .operation = Operation::all_reduce,
              .same_order_on_all_ranks = true,
              .rank_plan = double_binary_tree_plan,
              .shape = double_binary_tree_shape},
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

const Algorithm& find_algorithm(std::string_view name) {
  return find_named(known_algorithms, name, "algorithm");
}

void check_plan_options(int ranks, const PlanOptions& options) {
  if (ranks < 1) throw UsageError{fmt::format("a plan needs at least one rank, not {}", ranks)};
  if (options.lanes < 1)
    throw UsageError{fmt::format("a plan needs at least one lane, not {}", options.lanes)};
  check_order(ranks, options.order);
}

Plan make_plan(const Algorithm& algorithm, int ranks, const PlanOptions& options) {
  check_plan_options(ranks, options);
  Plan plan{.algorithm = std::string{algorithm.name},
            .operation = algorithm.operation,
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
            .operation = Operation::send_receive,
            .shape = {},
            .same_order_on_all_ranks = false,
            .ranks = std::vector<RankPlan>(static_cast<std::size_t>(ranks), RankPlan(1))};
  plan.ranks[static_cast<std::size_t>(from)][0].steps = {{.action = Action::send, .send_to = to}};
  plan.ranks[static_cast<std::size_t>(to)][0].steps = {
      {.action = Action::receive, .receive_from = from}};
  return plan;
}

}  // namespace assay::collectives
