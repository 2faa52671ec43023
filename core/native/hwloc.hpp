#pragma once

#include <hwloc.h>

#include <source_location>

#include "core/error.hpp"
#include "core/handle.hpp"

namespace assay::native {

inline void check_hwloc(int status, std::source_location where = std::source_location::current()) {
  if (status != 0) throw Error{"hwloc", status, "call failed", where};
}

struct TopologyTraits {
  using Native = hwloc_topology_t;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { hwloc_topology_destroy(native); }
};
using Topology = Handle<TopologyTraits>;

}  // namespace assay::native
