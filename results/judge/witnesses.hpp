#pragma once

#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// Adds the check `witnesses/layer` to the verdict of an acceptance run, once all others are there:
/// what plain links, our collectives, the library's and matmul say together, and where ranks have
/// GPUs `witnesses/gpu_layer`: what their copies, collectives and matmul say. Each passes when all
/// are fine. A layer that they name fails with the part that was found slow, and is inconclusive
/// where only collectives are slow by comparison with links; it is added to the evidence of the
/// suspects that it fits. Where witnesses are missing or contradict the table, it is skipped and
/// says so.
void judge_witnesses(const Run& run, Verdict& verdict);

}  // namespace assay::results
