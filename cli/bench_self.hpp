#pragma once

#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "cli/record_sink.hpp"
#include "collectives/device/placement.hpp"

namespace assay::cli {

// Benchmarks that time nothing: what devices say of themselves, and whether they compute alike.

/// Collective: computes one product again and again on all ranks and prints who has other bits than
/// the others, and where.
void bench_digest(const BenchOptions& options, const benchmarks::Job& job, RecordSink& sink);

/// Collective: the same on all GPUs.
void bench_gpu_digest(const BenchOptions& options, const benchmarks::Job& job,
                      const collectives::device::Placement& placement, RecordSink& sink);

/// Collective: prints what hosts and GPUs say of themselves.
void bench_inventory(const benchmarks::Job& job, RecordSink& sink);

}  // namespace assay::cli
