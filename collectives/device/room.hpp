#pragma once

#include <cstddef>

#include "collectives/device/placement.hpp"

namespace assay::collectives::device {

/// Throws  UsageError, with what is needed and free, unless the rank's GPU has so much memory left.
void require_room(const Placement& placement, int rank, std::size_t bytes);

}  // namespace assay::collectives::device
