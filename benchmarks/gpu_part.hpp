#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/job.hpp"
#include "collectives/device/placement.hpp"
#include "core/units.hpp"
#include "results/judge.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// What is measured of GPUs, in this order.
enum class GpuStage { matmul, memory, digest, peer_copy };
[[nodiscard]] std::string_view name_of(GpuStage stage);

/// The stages for these GPUs: copies between them where some host has two. None: none.
[[nodiscard]] std::vector<GpuStage> gpu_stages(
    const std::optional<collectives::device::Placement>& placement);

/// The stage that measures again what looks slow; none where that is of the host.
[[nodiscard]] std::optional<GpuStage> stage_of(const results::Suspicion& suspicion);

/// The GPUs of a job as acceptance measures them: each by one rank, which may have several; ranks
/// that outnumber GPUs sleep meanwhile.
class GpuPart {
 public:
  /// Collective: looks for them, unless `wanted` is false. `job` must outlive it.
  GpuPart(const Job& job, bool wanted);
  GpuPart(const GpuPart&) = delete;
  GpuPart& operator=(const GpuPart&) = delete;

  /// By rank of the job the names of the GPUs that it measures.
  [[nodiscard]] const std::vector<std::vector<std::string>>& names() const { return names_; }
  [[nodiscard]] std::vector<GpuStage> stages() const { return gpu_stages(placement_); }

  /// Collective over the job; records on its rank 0. `deadline`: of one turn.
  /// Throws  on all alike: UsageError where the memory is not free; Error.
  [[nodiscard]] std::vector<results::Record> measure(GpuStage stage, Seconds deadline,
                                                     int confirmation) const;

 private:
  [[nodiscard]] std::vector<results::Record> measure_own(GpuStage stage, Seconds deadline,
                                                         int confirmation) const;

  const Job& job_;
  std::vector<int> members_;  ///< the job's ranks that have GPUs
  std::optional<collectives::device::Placement> placement_;
  std::vector<std::vector<std::string>> names_;
  std::unique_ptr<collectives::MpiBootstrap> world_;  ///< of the members
  std::optional<Job> own_;                            ///< of the members, on each of them
};

/// `record`, whose ranks are of the members, with the job's ranks.
[[nodiscard]] results::Record with_ranks_of_job(results::Record record,
                                                const std::vector<int>& members);

}  // namespace assay::benchmarks
