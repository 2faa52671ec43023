#pragma once

#include <optional>
#include <string>
#include <vector>

#include "benchmarks/tuning.hpp"
#include "cli/record_sink.hpp"
#include "cli/split.hpp"

namespace assay::cli {

/// What every group of a job finds out for algorithm `auto`, at the same time as the others. All of
/// it is collective over the job, and what it returns is for rank 0 to print.
class GroupTunings {
 public:
  /// All must outlive it.
  GroupTunings(const benchmarks::Job& job, const std::vector<RankGroup>& groups,
               const benchmarks::SamplerOptions& sampler)
      : job_{job}, groups_{groups}, sampler_{sampler} {}

  /// Has each group's benchmark choose for its task, after measuring for the first one. The prices
  /// go to the sink.
  /// Returns  What is chosen, unless that is what was said last.
  [[nodiscard]] std::string apply(benchmarks::CollectiveBenchmark& benchmark,
                                  const std::vector<Bytes>& sizes, RecordSink& sink);

  /// Measures every way out of place at every size.
  /// Returns  Each group's prices, and what they predict beside what was measured.
  [[nodiscard]] std::string measure_model(benchmarks::CollectiveBenchmark& benchmark,
                                          const std::vector<Bytes>& sizes, RecordSink& sink);

 private:
  /// One after the other, what the groups' first ranks say.
  [[nodiscard]] std::string gather(const std::string& mine) const;

  const benchmarks::Job& job_;
  const std::vector<RankGroup>& groups_;
  const benchmarks::SamplerOptions& sampler_;
  std::optional<benchmarks::Tuning> tuning_;  ///< of this rank's group
  std::string said_;
};

}  // namespace assay::cli
