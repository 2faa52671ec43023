#pragma once

#include <vector>

#include "supervision/rank_state.hpp"
#include "supervision/supervisor.hpp"

namespace assay::supervision {

/// Names the rank that ended the job. Pure; `ranks[r]` is what is known of rank r, and at least
/// one of them is alarming or was asked to end.
/// In this order: killed by a signal, stopped, connection lost, left by itself in the middle,
/// silent, then the rank that all others wait for in the end. The signals by which launchers end
/// whole jobs count as a death only where no supervisor was asked to end.
/// Where a rank is silent or lets others wait and just one host lost a link, it is that host: who
/// waits for whom shows little then, as messages are stuck on both sides of the link.
[[nodiscard]] ProcessFailure diagnose(const std::vector<RankState>& ranks);

}  // namespace assay::supervision
