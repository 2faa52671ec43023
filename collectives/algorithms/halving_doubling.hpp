#pragma once

#include "collectives/algorithm.hpp"

namespace assay::collectives {

// Recursive halving and doubling over the largest power of two p of ranks; each of the n-p ranks
// beyond it hands its input to a partner first, which takes part for both and hands back the
// result. Two slots in flight are enough: partners take turns in sending and receiving each block.

/// All-reduce: halving sums, doubling hands out.
/// Shape   one block for each of the p.
/// Cost    2 log2 p rounds, and two more where n is no power of two; 2(p-1)/p of the data sent by
///         each rank of a power of two.
/// Order   a block is summed on one rank only: the same for all.
/// Source  Rabenseifner 2004; Thakur, Rabenseifner & Gropp, IJHPCA 2005.
[[nodiscard]] RankPlan halving_doubling_plan(int rank, int ranks, const PlanOptions& options);
[[nodiscard]] PlanShape halving_doubling_shape(int ranks, const PlanOptions& options);

/// Reduce-scatter: the halving alone, sums kept in the scratch.
/// Shape   one block a rank.
[[nodiscard]] RankPlan halving_reduce_scatter_plan(int rank, int ranks, const PlanOptions& options);

/// All-gather: the doubling alone.
/// Shape   one block a rank.
[[nodiscard]] RankPlan doubling_all_gather_plan(int rank, int ranks, const PlanOptions& options);

}  // namespace assay::collectives
