#pragma once

#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/matmul/shape.hpp"
#include "collectives/device/placement.hpp"
#include "core/units.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

struct GpuDigestOptions {
  /// Of which every kernel has a tile for each multiprocessor of the GPUs that there are.
  MatmulShape shape{2048, 4096, 256};
  int repeats = 20;
  Seconds deadline{300.0};  ///< of all repeats of a kernel
};

/// Looks for silent corruption of data on all GPUs of the job: each computes one product again and
/// again, by the kernel for CUDA cores that sums in the order of k (float32), for which a plain
/// loop on the host votes, too, where there are one or two GPUs, and by the highest one for tensor
/// cores (bfloat16), whose bits are compared among GPUs of one compute capability. Collective;
/// records (benchmark digest) on rank 0, as measure_digests has them
/// (benchmarks/matmul/digest.hpp), one for each GPU and kernel. Throws  UsageError where the memory
/// is not free; Error of exit code 2.
[[nodiscard]] std::vector<results::Record> measure_gpu_digests(
    const Job& job, const collectives::device::Placement& placement,
    const GpuDigestOptions& options);

}  // namespace assay::benchmarks
