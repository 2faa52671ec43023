#pragma once

#include "benchmarks/hops.hpp"
#include "benchmarks/recording.hpp"

namespace assay::benchmarks {

/// Fewer ranks are not traced: an edge is told by three others.
inline constexpr int ranks_with_hops = 4;

/// Collective: traces the hops of a ring and of a tree over all ranks and keeps the records.
void trace_hop_stages(const Job& job, const HopOptions& options, Recording& recording);

}  // namespace assay::benchmarks
