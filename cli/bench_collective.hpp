#pragma once

#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/sampler.hpp"
#include "cli/options.hpp"
#include "cli/record_sink.hpp"

namespace assay::cli {

/// Throws  UsageError if a collective benchmark's options do not fit each other or the job.
void check_collective(const BenchOptions& options, const benchmarks::Job& job);

/// nccl-tests' table of one collective: every implementation, type, operation, root and size asked
/// for, out of place and in place. Collective.
void bench_collective(const BenchOptions& options, const benchmarks::Job& job, RecordSink& sink);

/// How all of `bench` samples.
[[nodiscard]] benchmarks::SamplerOptions sampler_options(const BenchOptions& options);
inline constexpr Seconds default_deadline{300.0};

}  // namespace assay::cli
