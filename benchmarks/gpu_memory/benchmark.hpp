#pragma once

#include <optional>
#include <vector>

#include "benchmarks/job.hpp"
#include "collectives/device/placement.hpp"
#include "core/units.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

struct GpuMemoryOptions {
  std::optional<int> iterations;  ///< samples of each kernel; absent: what a short time allows
  int confirmation = 0;           ///< goes into the records
  Seconds deadline{300.0};        ///< of one turn of a kernel
};

/// On the first GPU of each process, on all at the same time, in turns: its memory by our kernels
/// (benchmark memory; read, write, kernel_copy, which counts both, and latency: the median is of
/// one load that waits for the one before), and between it and the host (benchmark copy;
/// host_to_device, device_to_host and both_ways, which counts both, of pinned memory (`registered`)
/// and of pageable; of pinned memory also kernel_to_device, kernel_to_host and kernel_both_ways, by
/// kernels that load and store it where it lies). Times are the GPU's own (events), of pageable
/// memory the host's, as its processor does half the work. Every result is checked. Collective;
/// records on rank 0. Throws  UsageError where the memory is not free; Error of exit code 2.
[[nodiscard]] std::vector<results::Record> measure_gpu_memory(
    const Job& job, const collectives::device::Placement& placement,
    const GpuMemoryOptions& options);

/// The memory that it takes on the host.
[[nodiscard]] Bytes gpu_memory_host_bytes();

}  // namespace assay::benchmarks
