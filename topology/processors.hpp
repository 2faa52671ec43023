#pragma once

#include "core/native/hwloc.hpp"

namespace assay::topology {

/// The processors, caches and memory of this machine: all of it, not only what this process may
/// use.
/// Throws  Error of hwloc.
/// Cost    some ten milliseconds.
[[nodiscard]] native::Topology load_processors();

}  // namespace assay::topology
