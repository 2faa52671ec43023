#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
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
enum class GpuStage { matmul, memory, digest, peer_copy, all_reduce };
[[nodiscard]] std::string_view name_of(GpuStage stage);

/// The stages for these GPUs: copies between them where some host has two, a sum where there are
/// two at all. None: none.
[[nodiscard]] std::vector<GpuStage> gpu_stages(
    const std::optional<collectives::device::Placement>& placement);

/// The stage that measures again what looks slow; none where that is of the host.
[[nodiscard]] std::optional<GpuStage> stage_of(const results::Suspicion& suspicion);

struct GpuStageOptions {
  std::string transport = "auto";                   ///< of sums that hosts move
  std::span<const std::uint64_t> all_reduce_sizes;  ///< ascending
  Seconds deadline{30.0};                           ///< of one turn, or one sum
  int confirmation = 0;                             ///< goes into the records
};

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
  [[nodiscard]] std::vector<GpuStage> stages() const {
    return has_lost_ ? std::vector<GpuStage>{} : gpu_stages(placement_);
  }

  /// What the ranks with GPUs do among themselves, as a job of their own; records on its rank 0.
  using Work = std::function<std::vector<results::Record>(
      const Job& own, const collectives::device::Placement& placement)>;
  /// Has them do it while the others sleep. Collective over the job; records on its rank 0, with
  /// the job's ranks. Where GPUs fail meanwhile, the records are gpu_failure of these, and from
  /// then on there are no stages and nothing is done. Throws  on all alike what else `work` throws.
  [[nodiscard]] std::vector<results::Record> by_members(const Work& work);

  /// Collective over the job; records on its rank 0.
  /// Throws  on all alike: UsageError where the memory is not free; Error.
  [[nodiscard]] std::vector<results::Record> measure(GpuStage stage,
                                                     const GpuStageOptions& options);

 private:
  [[nodiscard]] std::vector<results::Record> failing() const;

  const Job& job_;
  bool has_lost_ = false;     ///< some of them
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
