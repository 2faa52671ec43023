#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/units.hpp"

namespace assay::topology {

/// The machine a rank runs on, as far as this process may see it.
struct Host {
  std::string name;       ///< as uname says: the name in this UTS namespace
  std::string boot_id;    ///< the same for all processes under one running kernel
  std::string processor;  ///< model name
  int packages = 0;
  int cores = 0;  ///< of the whole machine
  int numa_nodes = 0;
  Bytes last_level_cache;              ///< of one package; 0 where unknown
  Bytes memory;                        ///< of the machine
  std::vector<int> usable_processors;  ///< the affinity mask of this process
};

/// Reads the machine by hwloc and /proc. What cannot be read is left empty or 0; of a simulated
/// host that is all but its name.
/// Cost   some ten milliseconds.
[[nodiscard]] Host discover_host();

/// Memory that can be used now without swapping: MemAvailable, or what the control group still
/// allows if that is less.
[[nodiscard]] Bytes available_memory();

/// The same as JSON, for run.json.
[[nodiscard]] std::string to_json(const Host& host);

}  // namespace assay::topology
