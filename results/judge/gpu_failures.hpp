#pragma once

#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// Adds the failed check gpu/works of each GPU that was given up while it was measured (records of
/// benchmark gpu_failure), with the GPU as a suspect.
void judge_gpu_failures(const Run& run, Verdict& verdict);

}  // namespace assay::results
