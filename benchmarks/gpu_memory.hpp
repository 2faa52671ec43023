#pragma once

#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/sampler.hpp"
#include "collectives/device/placement.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// Copies from one half of a GPU's memory to another by the driver, on the first GPU of each
/// process at the same time; a record for each process, the same on all. Bandwidth counts what is
/// read and what is written, as that of memory on the host does. Collective. Throws  Error of exit
/// code 2, or UsageError where the memory is not free.
[[nodiscard]] std::vector<results::Record> measure_gpu_copies(
    const Job& job, const collectives::device::Placement& placement, const SamplerOptions& options);

}  // namespace assay::benchmarks
