#pragma once

#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"
#include "results/verdict.hpp"

namespace assay::cli {

/// The verbs. Those that measure are collective over the job and return the same code on all ranks.

[[nodiscard]] ExitCode run_accept(const AcceptOptions& options, benchmarks::Job& job,
                                  const std::vector<std::string>& command_line);
[[nodiscard]] ExitCode run_bench(const BenchOptions& options, benchmarks::Job& job,
                                 const std::vector<std::string>& command_line);
[[nodiscard]] ExitCode run_locate(const LocateOptions& options, benchmarks::Job& job,
                                  const std::vector<std::string>& command_line);
[[nodiscard]] ExitCode run_judge(const JudgeOptions& options);
[[nodiscard]] ExitCode run_plan(const PlanOptions& options);
[[nodiscard]] ExitCode run_list();

/// What a verdict ends with.
[[nodiscard]] ExitCode exit_code_of(results::Status status);

}  // namespace assay::cli
