#pragma once

#include <filesystem>

namespace assay::cli {

/// Before NCCL is first used: what it says where NCCL_DEBUG is set goes into the run folder, or to
/// standard error where there is none or names are to be kept out of it, and not into the results;
/// rank 0 has it leave the topology that it found there, too. What the user set of these stays.
void prepare_nccl_environment(const std::filesystem::path& run, bool is_root, bool redact);

/// Before CUDA is first used: all kernels are loaded then. One that is loaded later waits for
/// others to end, which may wait for it.
void load_kernels_eagerly();

/// Whether the user tells NCCL himself which algorithm or protocol to use.
[[nodiscard]] bool user_forces_nccl();

}  // namespace assay::cli
