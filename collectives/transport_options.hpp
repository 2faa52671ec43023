#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"

namespace assay::collectives {

/// What transports between hosts may be told.
struct TransportOptions {
  std::vector<std::string> rails;  ///< network devices to use; none: the library chooses
  std::string host;  ///< of this rank; empty: the system's name. Ranks of one name share memory.
  /// Devices whose carrier is gone are waited for so long: it may come back.
  Seconds carrier_patience{5.0};
};

}  // namespace assay::collectives
