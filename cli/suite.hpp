#pragma once

#include <optional>
#include <string>
#include <vector>

#include "benchmarks/acceptance.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"
#include "topology/fabric.hpp"

namespace assay::cli {

/// What verbs that measure, judge and end with a verdict are asked.
struct SuiteRequest {
  std::string verb;
  std::string level;
  std::string profile;  ///< as the user chose it
  CommonOptions common;
  benchmarks::AcceptanceOptions
      acceptance;  ///< transport, quiet and deadline are set from `common`
};

/// Collective: measures, keeps the run, judges it and prints the verdict, which is the exit code.
[[nodiscard]] ExitCode run_suite(const SuiteRequest& request, benchmarks::Job& job,
                                 const std::vector<std::string>& command_line);

/// Collective: the fabric that a file on rank 0's host describes; none if `file` is empty.
/// Throws  UsageError with file and line, on all ranks.
[[nodiscard]] std::optional<topology::Fabric> shared_fabric(const std::string& file,
                                                            benchmarks::Job& job);

}  // namespace assay::cli
