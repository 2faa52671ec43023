#pragma once

#include "benchmarks/job.hpp"
#include "cli/record_sink.hpp"

namespace assay::cli {

// Benchmarks that time nothing: what devices say of themselves, and whether they compute alike.

/// Collective: computes one product again and again on all ranks and prints who has other bits than
/// the others, and where.
void bench_digest(const benchmarks::Job& job, RecordSink& sink);

/// Collective: prints what hosts and GPUs say of themselves.
void bench_inventory(const benchmarks::Job& job, RecordSink& sink);

}  // namespace assay::cli
