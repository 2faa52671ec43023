#pragma once

#include <cstddef>
#include <memory>

#include "collectives/device/multicast_memory.hpp"
#include "collectives/device/own_collective.hpp"

namespace assay::collectives::device {

/// What such memory has behind the ranks' buffers.
inline constexpr std::size_t switch_rest_bytes = 128;

/// Collective over the processes: all-reduce by switch_sum.hpp, of buffers that are at the same
/// places of every rank's part of `buffers`, which end `switch_rest_bytes` before it.
/// Throws  UnavailableError for a type or operation that switches do not combine.
[[nodiscard]] std::unique_ptr<GroupCollective> make_switch_collective(
    const OwnTask& task, Bootstrap& processes, const Placement& placement,
    const MulticastMemory& buffers, Seconds patience);

}  // namespace assay::collectives::device
