#pragma once

#include "results/judge.hpp"

namespace assay::results {

/// Adds the check run/complete of an acceptance run: inconclusive, naming what is missing, unless
/// every rank, pair and collective that its level requires was measured.
void judge_completeness(const Run& run, Verdict& verdict);

}  // namespace assay::results
