#pragma once

#include <string>
#include <vector>

#include "results/record.hpp"
#include "results/run_info.hpp"

namespace assay::cli {

/// Before the work is done: whether a run folder can be made at `directory`.
/// Throws  UsageError
void require_new_run(const std::string& directory);

/// The folder's own name.
[[nodiscard]] std::string run_name(const std::string& directory);

/// Writes a run all at once, in a folder beside it that is then renamed.
/// Throws  UsageError, Error; nothing is left behind then.
void write_new_run(const std::string& directory, const results::RunInfo& info,
                   const std::vector<results::Record>& records);

}  // namespace assay::cli
