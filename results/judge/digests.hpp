#pragma once

#include "results/judge.hpp"

namespace assay::results {

/// Adds the check matmul/digest for each rank or GPU that computed one product again and again:
/// fails where some repeat had other bits than most of all repeats of all ranks, and names the
/// first wrong element with its coordinates; inconclusive where there is no majority. Suspects have
/// layer data.
void judge_digests(const Run& run, Verdict& verdict);

}  // namespace assay::results
