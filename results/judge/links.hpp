#pragma once

#include "results/judge.hpp"

namespace assay::results {

/// Checks of all links between the hosts of a run whose network is known (`RunInfo::network`), and
/// the nodes, NICs, paths, switches and uplinks that are at fault: what `locate` finds, in words.
void judge_links(const Run& run, const Profile* profile, const JudgeOptions& options,
                 Verdict& verdict);

}  // namespace assay::results
