#pragma once

#include "results/judge.hpp"

namespace assay::results {

/// Adds, of a soak, soak/matmul for each rank, soak/link for each direction between neighbours,
/// soak/all_reduce, and soak/gpu_matmul for each GPU and soak/gpu_all_reduce where there are: the
/// least of all windows, the drift from the first to the last, and spikes (samples of more than
/// twice the median that nothing disturbed). Each window's rate is what the part could do in it,
/// held against its peers in the same window. A part that fell by `fail_deficit` more than its
/// peers while time went on fails, as does one that has spikes where its peers have none. One
/// collective of all ranks has no peers: it is inconclusive where it fell. Fewer windows than tell
/// a drift, and windows that were disturbed all the time, are inconclusive.
void judge_soak(const Run& run, const JudgeOptions& options, Verdict& verdict);

}  // namespace assay::results
