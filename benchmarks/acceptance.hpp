#pragma once

#include <optional>
#include <string>

#include "benchmarks/acceptance_level.hpp"
#include "benchmarks/gpu_part.hpp"
#include "benchmarks/job.hpp"
#include "benchmarks/link_search.hpp"
#include "results/judge.hpp"
#include "results/profile.hpp"
#include "results/run.hpp"

namespace assay::benchmarks {

struct AcceptanceOptions {
  std::string transport = "auto";
  Seconds deadline{30.0};  ///< of one operation
  Seconds soak{600.0};     ///< of a level that soaks: how long
  results::JudgeOptions judge;
  bool quiet = false;
  /// Links alone: what `locate` does.
  bool links_only = false;
  /// Whether the hops of a ring and a tree over all ranks are traced, where there are several
  /// hosts.
  bool hops = true;
  /// Between hosts; transport, deadline and judge are set from the above.
  LinkSearchOptions links;
};

/// Collective: whether the suite can be run on this job.
/// Throws  UsageError: what LinkSearch refuses, or nodes chosen on one host alone.
void check_acceptance(const Job& job, const AcceptanceLevel& level,
                      const AcceptanceOptions& options);

/// Measures everything the level asks for, and the GPUs there are, measures again what looks slow,
/// and judges. Collective over the job. `writer` is rank 0's: records are written as they are made.
/// The verdict is returned on rank 0 only.
[[nodiscard]] std::optional<results::Verdict> run_acceptance(
    const Job& job, const AcceptanceLevel& level, const AcceptanceOptions& options, GpuPart& gpus,
    const results::Profile* profile, results::RunWriter* writer, const results::RunInfo& info);

}  // namespace assay::benchmarks
