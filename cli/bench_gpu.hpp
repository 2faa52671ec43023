#pragma once

#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"

namespace assay::cli {

/// Whether the options ask for buffers on GPUs.
[[nodiscard]] bool wants_gpus(const BenchOptions& options);

/// Throws  UsageError or UnavailableError for what does not go with GPUs, or not together there.
void check_gpu_options(const BenchOptions& options);

/// bench of a collective on GPUs: nccl-tests' table of every implementation, algorithm, type,
/// operation, root and size asked for. Collective.
[[nodiscard]] ExitCode run_bench_gpu(const BenchOptions& options, const benchmarks::Job& job,
                                     const std::vector<std::string>& command_line);

}  // namespace assay::cli
