#pragma once

#include <span>

#include "benchmarks/clock_alignment.hpp"
#include "collectives/bootstrap.hpp"
#include "collectives/execution_trace.hpp"
#include "results/hop_trace.hpp"

namespace assay::benchmarks {

/// Puts together what both ends of every link saw in some repetitions of a plan, by rank 0's clock.
/// Collective over the ranks of the plan; the same on all of them.
/// Throws  Error if a trace is not whole.
[[nodiscard]] results::HopTrace gather_hops(
    collectives::Bootstrap& bootstrap, const ClockAlignment& alignment,
    std::span<const collectives::ExecutionTrace> repetitions);

}  // namespace assay::benchmarks
