#pragma once

#include <memory>
#include <string>
#include <vector>

#include "benchmarks/gpu_collective.hpp"
#include "benchmarks/gpu_matmul/benchmark.hpp"
#include "benchmarks/gpu_part.hpp"
#include "benchmarks/peer_copy/benchmark.hpp"

namespace assay::benchmarks {

/// What a soak has the GPUs of a job do, in turns: each multiplies, those of different processes at
/// the same time, by the library's kernel where it is there and else by ours; then all of them sum
/// together, by NCCL where it is there and else by ours. Set up once. Without GPUs it does nothing.
class GpuLoad {
 public:
  /// Collective over the job of `gpus`, which must outlive it; so is every turn.
  /// Throws  on all alike: UsageError where the memory is not free; Error.
  GpuLoad(GpuPart& gpus, const std::string& transport, Seconds deadline);

  /// Records (matmul of each GPU, all_reduce; or gpu_failure, after which there is nothing more) on
  /// rank 0 of the job.
  [[nodiscard]] std::vector<results::Record> take_turn();
  /// Collective: copies between the GPUs of each host, one pair after the other. Records
  /// (peer_copy) on rank 0 of the job; none where no host has two.
  [[nodiscard]] std::vector<results::Record> measure_links();

 private:
  [[nodiscard]] std::vector<results::Record> measure(
      const Job& own, const collectives::device::Placement& placement);

  GpuPart& gpus_;
  std::vector<results::Record> lost_;  ///< while it was set up, and not told yet
  Seconds deadline_;
  std::vector<GpuMatmulBenchmark> matmuls_;   ///< one for each GPU of this process
  std::unique_ptr<PeerRing> links_;           ///< null: no host has two
  std::unique_ptr<GpuBenchmark> all_reduce_;  ///< null: one GPU, or none here
};

}  // namespace assay::benchmarks
