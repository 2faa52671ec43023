#pragma once

#include <optional>
#include <span>

#include "collectives/device/lane_table.hpp"
#include "collectives/host_executor.hpp"

namespace assay::collectives::device {

/// What a rank's lanes say together: nothing, if all did their work. A lane that waited for a peer
/// until its time was over goes before one that waited for another lane, and that before one that
/// was told to end.
[[nodiscard]] ExecutionStatus status_of(std::span<const LaneVerdict> verdicts);

}  // namespace assay::collectives::device
