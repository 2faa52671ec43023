#pragma once

#include "results/judge/gpu_fleet.hpp"
#include "results/profile.hpp"

namespace assay::results {

/// Adds the checks of a GPU's memory:
///   gpu/memory       rows that could not be remapped, pages to be retired, uncorrected errors.
///                    What is not told, as errors where ECC is off, is skipped and never passes.
///   gpu/ecc          whether it is on, where the profile says so
///   gpu/memory_size  where the profile says how much there is
void judge_gpu_memory(const GpuFleet& fleet, const Record& gpu, const Profile* profile,
                      Verdict& verdict);

}  // namespace assay::results
