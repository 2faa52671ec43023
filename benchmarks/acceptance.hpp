#pragma once

#include <optional>
#include <string>

#include "benchmarks/acceptance_level.hpp"
#include "benchmarks/job.hpp"
#include "core/progress.hpp"
#include "results/judge.hpp"
#include "results/profile.hpp"
#include "results/run.hpp"

namespace assay::benchmarks {

struct AcceptanceOptions {
  std::string transport = "auto";
  Seconds deadline{30.0};  ///< of one operation
  results::JudgeOptions judge;
  bool quiet = false;
};

/// Measures everything the level asks for, measures again what looks slow, and judges.
/// Collective over the job. `writer` and `info` are rank 0's: records are written as they are
/// made, `info` is completed. The verdict is returned on rank 0 only.
[[nodiscard]] std::optional<results::Verdict> run_acceptance(
    const Job& job, const AcceptanceLevel& level, const AcceptanceOptions& options,
    const results::Profile* profile, results::RunWriter* writer, results::RunInfo& info);

/// What the run is expected to take on this job, without repeats.
[[nodiscard]] Seconds expected_time(const Job& job, const AcceptanceLevel& level);

}  // namespace assay::benchmarks
