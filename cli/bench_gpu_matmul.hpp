#pragma once

#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "cli/record_sink.hpp"
#include "collectives/device/placement.hpp"

namespace assay::cli {

/// Throws  UsageError for what means something to a matmul on GPUs alone, and is asked of another
///         benchmark.
void check_gpu_matmul_words(const BenchOptions& options);

/// Throws  UsageError for what does not go together in a matmul on GPUs, whatever GPUs there are.
void check_gpu_matmul(const BenchOptions& options);

/// Collective, before anything is written. Throws  UsageError: more memory than a host has free.
void check_gpu_matmul_memory(const BenchOptions& options, const benchmarks::Job& job);

/// Collective: matmuls of every type and shape that are asked for, their table and records.
/// Throws  UnavailableError if the GPU has none of what is asked for; UsageError where a shape does
///         not fit in its memory.
void bench_gpu_matmul(const BenchOptions& options, const benchmarks::Job& job,
                      const collectives::device::Placement& placement, RecordSink& sink);

}  // namespace assay::cli
