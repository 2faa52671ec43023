#pragma once

namespace assay::collectives {

/// Bus bandwidth over algorithm bandwidth, as nccl-tests defines it (doc/PERFORMANCE.md there):
/// what the links of a ring carry, whatever algorithm really ran.
[[nodiscard]] constexpr double all_reduce_bus_factor(int ranks) {
  return 2.0 * (ranks - 1) / ranks;
}

}  // namespace assay::collectives
