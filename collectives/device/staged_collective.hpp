#pragma once

#include <memory>

#include "collectives/collective.hpp"
#include "collectives/device/group_collective.hpp"
#include "core/clock.hpp"

namespace assay::collectives::device {

/// Between GPUs that do not reach each other: what a rank's GPU has is copied to pinned memory of
/// its host, where `collective` does the work, sums included, and its result is copied back. One
/// rank a process, on the current device.
/// `largest_bytes`: of input and of output, each.
/// Throws  Error if the memory is not to be had.
[[nodiscard]] std::unique_ptr<GroupCollective> make_staged_collective(
    std::unique_ptr<Collective> collective, const ExecutorTask& task, int root,
    std::size_t largest_bytes, Seconds patience);

}  // namespace assay::collectives::device
