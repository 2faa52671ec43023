#pragma once

#include <string>
#include <vector>

#include "results/run.hpp"

namespace assay::results {

/// Adds to `missing` what an acceptance run lacks of the GPUs that its ranks measure
/// (RankIdentity::gpus): matmul, memory, host copies, digest, copies between those of one host, and
/// a sum over all of them; and GPUs that their hosts told of, and no rank measures. Nothing where
/// no rank measures any.
void require_gpus(const Run& run, std::vector<std::string>& missing);

/// Adds the GPUs whose kernels a soak did not run, and the sum over all of them.
void require_soak_of_gpus(const Run& run, std::vector<std::string>& missing);

}  // namespace assay::results
