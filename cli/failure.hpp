#pragma once

#include <filesystem>
#include <string>

#include "core/error.hpp"
#include "results/run.hpp"
#include "results/verdict.hpp"
#include "supervision/supervisor.hpp"

namespace assay::cli {

/// The verdict of a run that a failed process ended: what its records say so far, and the process
/// as the first suspect. An interrupted run is inconclusive. Pure.
[[nodiscard]] results::Verdict verdict_of_failure(results::Verdict so_far,
                                                  const supervision::ProcessFailure& failure);

/// Judges what `run` holds, adds the failure, writes verdict.json (if none is there yet) and prints
/// the verdict. Never throws: it is the last thing a dying job does.
void report_failure(const supervision::ProcessFailure& failure, const std::filesystem::path& run,
                    bool redact) noexcept;

/// The verdict of a run that an error ended: what its records say so far, and no better than
/// inconclusive. Pure.
[[nodiscard]] results::Verdict verdict_of_error(results::Verdict so_far, const std::string& text);

/// Judges what was written so far, adds the error, writes verdict.json and prints the verdict.
/// Never throws: what ended the run is still to be told.
void report_error(const Error& problem, results::RunWriter& writer) noexcept;

}  // namespace assay::cli
