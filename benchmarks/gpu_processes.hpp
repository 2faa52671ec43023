#pragma once

#include <vector>

#include "benchmarks/job.hpp"
#include "collectives/device/inventory.hpp"
#include "collectives/device/placement.hpp"

namespace assay::benchmarks {

/// Collective: the GPUs that each process of the job sees; `own` are this one's, which may be none.
[[nodiscard]] std::vector<collectives::device::ProcessGpus> gather_gpus(
    const Job& job, const collectives::device::Inventory& own);

}  // namespace assay::benchmarks
