#pragma once

#include <cstddef>
#include <memory>

#include "collectives/collective.hpp"
#include "collectives/device/group_collective.hpp"
#include "collectives/device/stream_worker.hpp"
#include "core/clock.hpp"

namespace assay::collectives::device {

/// Of the links between GPUs that do not reach each other: what a kernel's start costs, some
/// microseconds, is to be little beside what a message takes.
inline constexpr std::size_t staged_block_bytes = 512 << 10;

/// Between GPUs that do not reach each other: the host moves messages by `collective`, a plan whose
/// steps `worker` does on this process's GPU. One rank a process.
[[nodiscard]] std::unique_ptr<GroupCollective> make_staged_collective(
    std::unique_ptr<StreamWorker> worker, std::unique_ptr<Collective> collective, Seconds patience);

}  // namespace assay::collectives::device
