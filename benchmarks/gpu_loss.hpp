#pragma once

#include <functional>
#include <string>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// The benchmark of a record that says of a GPU why it was given up (fact `lost`).
inline constexpr const char* gpu_failure = "gpu_failure";

[[nodiscard]] results::Record gpu_failure_record(const std::string& host, const std::string& device,
                                                 const std::string& why);

/// Collective: runs `step`, while ranks that have none sleep. Where it throws an Error, `failing`
/// says of which of this rank's GPUs nothing can be had any more. A GPU that fails ends the step on
/// those ranks, too, that waited for it, and they have nothing to tell.
/// Returns  on all ranks alike the records of all GPUs that fail; none: the step is over.
/// Throws   on all ranks alike what the step threw, where no GPU fails.
[[nodiscard]] std::vector<results::Record> without_lost_gpus(
    collectives::Bootstrap& world, const std::function<void()>& step,
    const std::function<std::vector<results::Record>()>& failing);

}  // namespace assay::benchmarks
