#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/plan.hpp"

namespace assay::collectives {

/// Choices that every plan generator understands.
struct PlanOptions {
  int lanes = 1;           ///< independent parts worked on at the same time (rings; pairs of trees)
  std::vector<int> order;  ///< a permutation of the ranks that the algorithm follows; empty: 0..n-1
  int root = 0;            ///< where the operation has one
  BlockWeights weights = {};  ///< likewise
  std::vector<int> node_of =
      {};  ///< by rank: which node it is on, by any number; empty: all on one
};

/// One algorithm of one operation: a pure function from (ranks, options) to what each rank does.
struct Algorithm {
  Operation operation;
  std::string_view name;  ///< unique within the operation
  std::string_view description;
  bool same_order_on_all_ranks;  ///< of summation; see Plan
  /// Cost of generating: proportional to the rank's own steps.
  /// Precondition of both: check_plan_options() accepts the options.
  RankPlan (*rank_plan)(int rank, int ranks, const PlanOptions& options);
  PlanShape (*shape)(int ranks, const PlanOptions& options);
  /// Why there is no use for it, where its plan is right, but another algorithm's in disguise;
  /// null: there always is.
  std::optional<std::string> (*why_not)(int ranks, const PlanOptions& options) = nullptr;
};

/// All algorithms of this build, operation by operation; those of one operation, best known first.
[[nodiscard]] std::span<const Algorithm> algorithms();
[[nodiscard]] std::span<const Algorithm> algorithms(Operation operation);

/// Throws  UsageError that lists the known names.
[[nodiscard]] const Algorithm& find_algorithm(Operation operation, std::string_view name);

/// Throws  UsageError if ranks < 1, lanes < 1, the order is no permutation of the ranks, the root
///         none of them, or the weights or nodes are of another number of ranks.
void check_plan_options(int ranks, const PlanOptions& options);

/// The plan of all ranks.
/// Throws  UsageError as check_plan_options() does.
[[nodiscard]] Plan make_plan(const Algorithm& algorithm, int ranks,
                             const PlanOptions& options = {});

/// A plan in which `from` sends its buffer to `to` and the other ranks do nothing.
/// Throws  UsageError if the two are not two of the ranks.
[[nodiscard]] Plan make_pair_plan(int ranks, int from, int to);

}  // namespace assay::collectives
