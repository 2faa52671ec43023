#pragma once

#include "results/judge.hpp"
#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

// What hosts counted of their network while links were measured. It says why a link is slow, and it
// shows faults that come and go before rates do.

/// Adds checks: `network/link` for each device that carried traffic (a carrier that was lost,
/// frames that arrived broken), and `network/segments`, of the TCP segments that had to be sent
/// again, for each link of a part that loses more than others, at the cost of its rate, and one for
/// the rest. Suspects are the nodes, uplinks or paths that explain the losses; where a part is
/// suspected already, its evidence grows. To be called after judge_links.
void judge_network_counters(const Run& run, const JudgeOptions& options, Verdict& verdict);

}  // namespace assay::results
