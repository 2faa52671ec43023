#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "benchmarks/job.hpp"
#include "core/progress.hpp"
#include "results/judge.hpp"
#include "results/profile.hpp"
#include "results/run.hpp"

namespace assay::benchmarks {

/// How much an acceptance run measures.
struct AcceptanceLevel {
  std::string_view name;
  std::string_view description;
  Seconds matmul_budget;  ///< of one kernel in one turn of one rank
  Seconds memory_budget;
  int device_passes;
  Seconds pair_budget;        ///< of one direction and size in one turn of a pair
  Seconds pair_stage;         ///< of all pairs
  Seconds collective_budget;  ///< of one variant and size
  std::span<const std::uint64_t> collective_sizes;
};

/// All levels of this build.
[[nodiscard]] std::span<const AcceptanceLevel> acceptance_levels();
/// Throws  UsageError that lists the known names.
[[nodiscard]] const AcceptanceLevel& find_level(std::string_view name);

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
