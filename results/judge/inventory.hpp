#pragma once

#include "results/judge.hpp"

namespace assay::results {

/// Adds, of every GPU that a host told of: gpu/pcie (lanes), gpu/nvlink (links that are up),
/// gpu/memory (rows and pages), gpu/alike (what it is, against its peers) and gpu/whole (MIG); of
/// every host gpu/count, against the other hosts and the profile. What the management library does
/// not say is skipped with that reason, and never passes. Suspects are of kind gpu.
void judge_inventory(const Run& run, const Profile* profile, Verdict& verdict);

/// "n0 gpu1".
[[nodiscard]] std::string gpu_subject(const Record& record);

/// A suspect for a GPU, with kind, name, host, layer and the evidence set.
[[nodiscard]] Suspect suspect_gpu(const Record& record, const std::string& layer,
                                  const std::string& evidence);

}  // namespace assay::results
