#include "topology/processors.hpp"

namespace assay::topology {

native::Topology load_processors() {
  hwloc_topology_t raw = nullptr;
  native::check_hwloc(hwloc_topology_init(&raw));
  native::Topology topology{raw};
  // The whole machine, not only the processors this rank is bound to.
  native::check_hwloc(hwloc_topology_set_flags(raw, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED));
  native::check_hwloc(hwloc_topology_load(raw));
  return topology;
}

}  // namespace assay::topology
