#pragma once

#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "cli/record_sink.hpp"
#include "collectives/device/placement.hpp"

namespace assay::cli {

/// Collective: every ordered pair of GPUs of each host, as matrices, and their records.
/// Throws  UnavailableError where no host has two GPUs; UsageError where the job uses one of them,
///         or their memory is not free.
void bench_peer_copy(const BenchOptions& options, const benchmarks::Job& job,
                     const collectives::device::Placement& placement, RecordSink& sink);

}  // namespace assay::cli
