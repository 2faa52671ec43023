#pragma once

#include "results/judge/gpu_fleet.hpp"
#include "results/profile.hpp"

namespace assay::results {

/// Adds the checks of a GPU's ways to its host and its peers, against the GPU's own maximum, its
/// peers and the profile:
///   gpu/pcie             lanes in use
///   gpu/pcie_generation  the newest that was read while host copies were measured
///   gpu/nvlink           links that are up. Where none leads to a switch, as of cards with a
///   bridge
///                        or without, as many as most peers have up are right.
void judge_gpu_ways(const GpuFleet& fleet, const Record& gpu, const Profile* profile,
                    Verdict& verdict);

}  // namespace assay::results
