#pragma once

#include <string>
#include <vector>

#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// Adds a check `hops/ALGORITHM` for each trace of a collective, once the suspects are there: what
/// the trace alone says. It passes where nothing stands out, or what does is a suspect's, to whose
/// evidence it is added. One collective convicts nobody: anything else is skipped, and said.
void judge_hops(const Run& run, Verdict& verdict);

/// How the ranks of a run are called in a trace: by their hosts, where each is alone on one.
[[nodiscard]] std::vector<std::string> hop_names(const RunInfo& info);

}  // namespace assay::results
