#pragma once

#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "cli/record_sink.hpp"
#include "collectives/device/placement.hpp"

namespace assay::cli {

/// Collective, before anything is written. Throws  UsageError: more memory than a host has free.
void check_gpu_memory(const benchmarks::Job& job);

/// Collective: memory of GPUs and copies to and from them, their table and records.
void bench_gpu_memory(const BenchOptions& options, const benchmarks::Job& job,
                      const collectives::device::Placement& placement, RecordSink& sink);

}  // namespace assay::cli
