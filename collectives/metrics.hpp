#pragma once

#include "collectives/operation.hpp"

namespace assay::collectives {

/// Bus bandwidth over algorithm bandwidth, as nccl-tests defines it (doc/PERFORMANCE.md there):
/// what the links of a ring carry, whatever algorithm really ran. Algorithm bandwidth is the size
/// of the whole, all blocks together, over time.
[[nodiscard]] constexpr double bus_factor(Operation operation, int ranks) {
  const double others = static_cast<double>(ranks - 1) / ranks;
  if (operation == Operation::all_reduce) return 2.0 * others;
  return info(operation).has_blocks ? others : 1.0;
}

}  // namespace assay::collectives
