#pragma once

#include <map>

#include "core/native/hwloc.hpp"
#include "topology/parts/parts.hpp"

namespace assay::topology {

/// Adds the packages of a machine with their cores and caches below `host`, and its NUMA nodes with
/// their memory: below the package where there are several of them in one, or one each, else below
/// the host.
/// Returns  the part of each NUMA node, by the system's number.
std::map<int, int> add_processors(Parts& parts, int host, hwloc_topology_t processors);

}  // namespace assay::topology
