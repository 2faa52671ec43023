#pragma once

#include <string>

#include "benchmarks/hops.hpp"
#include "benchmarks/recording.hpp"

namespace assay::benchmarks {

/// Fewer ranks are not traced: an edge is told by three others.
inline constexpr int ranks_with_hops = 4;

/// What a collective whose hops are traced has, where a link reaches so many bytes per second: on
/// slow links less than `options` say, as each takes half a second or more; but never so little
/// that a rank's share is no whole message on every lane.
[[nodiscard]] Bytes size_of_hops(const HopOptions& options, double link_rate, int ranks);

/// Collective: why hops are not to be traced after what `run` (rank 0's, null elsewhere) holds, the
/// same on all ranks; empty: they are. A carrier that goes stalls every collective, and hops would
/// show no more of it.
[[nodiscard]] std::string reason_for_no_hops(const Job& job, const results::Run* run);

/// Collective: traces the hops of a ring and of a tree over all ranks and keeps the records.
void trace_hop_stages(const Job& job, const HopOptions& options, Recording& recording);

}  // namespace assay::benchmarks
