#pragma once

#include <vector>

#include "results/judge.hpp"

namespace assay::results {

/// Checks of all links between the hosts of a run whose network is known (`RunInfo::network`), and
/// the nodes, NICs, paths, switches and uplinks that are at fault: what `locate` finds, in words.
void judge_links(const Run& run, const Profile* profile, const JudgeOptions& options,
                 Verdict& verdict);

/// A link to be measured again, by the numbers of its nodes in the order of the job's hosts.
struct OpenLink {
  int from = 0;
  int to = 0;
  bool together = false;  ///< with all rails of the pair at the same time
};

/// What to measure again before a verdict on the links; empty where all is settled. Links of a part
/// that loses its carrier, or what is sent through it, are settled: that was counted, and does not
/// depend on rates.
[[nodiscard]] std::vector<OpenLink> open_links(const Run& run, const JudgeOptions& options);

}  // namespace assay::results
