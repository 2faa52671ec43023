#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "results/profile.hpp"
#include "results/run.hpp"

namespace assay::cli {

/// What run.json says of this job. Call on any rank.
[[nodiscard]] results::RunInfo describe_run(const benchmarks::Job& job, const std::string& verb,
                                            const std::vector<std::string>& command_line);

/// Collective: makes the run folder (`output`, or a new one below results/runs) on rank 0 and tells
/// every rank's heartbeat where it is. The writer is null on the other ranks.
[[nodiscard]] std::unique_ptr<results::RunWriter> open_run(const benchmarks::Job& job,
                                                           const CommonOptions& options,
                                                           results::RunInfo& info);

/// The profile that `choice` (a file, a name, or auto) means for a machine with these GPUs and this
/// processor, if any.
/// Throws  UsageError if a named one is not to be found or read.
[[nodiscard]] std::optional<results::Profile> choose_profile(const std::string& choice,
                                                             const std::string& processor,
                                                             const std::vector<std::string>& gpus);

}  // namespace assay::cli
