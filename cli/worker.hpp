#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/launch.hpp"
#include "cli/options.hpp"
#include "core/heartbeat.hpp"

namespace assay::cli {

/// The process that measures: starts MPI, makes sure that all ranks want the same thing and are
/// the same build, runs the verb. `parsed` may hold a mistake, which is then told once for all
/// ranks.
[[nodiscard]] ExitCode run_worker(Heartbeat& heartbeat, const Launch& launch,
                                  const std::variant<Command, Answer>& parsed,
                                  const std::vector<std::string>& command_line);

}  // namespace assay::cli
