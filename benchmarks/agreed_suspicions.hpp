#pragma once

#include <set>
#include <vector>

#include "benchmarks/job.hpp"
#include "results/judge.hpp"

namespace assay::benchmarks {

/// Collective: what the first measurements of `run` (rank 0's, null elsewhere) make suspect, on all
/// ranks.
[[nodiscard]] std::vector<results::Suspicion> agreed_suspicions(
    const Job& job, const results::Run* run, const results::JudgeOptions& options);

/// The ranks that are suspect and enough others to compare them with, in order.
[[nodiscard]] std::vector<int> with_peers(const Job& job, std::set<int> suspects);

}  // namespace assay::benchmarks
