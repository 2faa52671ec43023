#pragma once

#include <string>
#include <vector>

namespace assay::collectives {

/// What transports between hosts may be told.
struct TransportOptions {
  std::vector<std::string> rails;  ///< network devices to use; none: the library chooses
  std::string host;  ///< of this rank; empty: the system's name. Ranks of one name share memory.
};

}  // namespace assay::collectives
