#pragma once

#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "cli/record_sink.hpp"

namespace assay::cli {

/// Collective, before anything is written: whether matmul or memory can be run as asked.
/// Throws  UsageError: more memory than a host has free, or all cores for several ranks of a host.
void check_device(const BenchOptions& options, const benchmarks::Job& job);

/// Collective: measures matmul or memory on every rank, prints the table and keeps the records.
void bench_device(const BenchOptions& options, const benchmarks::Job& job, RecordSink& sink);

}  // namespace assay::cli
