#pragma once

#include <cstddef>

#include "collectives/plan.hpp"
#include "core/units.hpp"

namespace assay::collectives {

/// The price of a link and of a sum, the same for all ranks (REFERENCE: a, B, g).
struct LinkCosts {
  Seconds latency;             ///< alpha: of one message
  Bandwidth bandwidth;         ///< 1/beta: one way, per rank and direction
  double reduction_s_per_byte = 0;  ///< gamma
};

struct PlanCost {
  Seconds time;                ///< until the last rank is done
  std::uint64_t bytes_sent = 0;      ///< by the rank that sends most
  std::uint64_t messages = 0;        ///< by the rank that sends most
};

/// Prices a plan by simulating its messages with `costs`, `slots` in flight per lane and direction,
/// and at most `block_bytes` a message. A rank's sending and receiving each carry one message at a
/// time, whatever the number of lanes.
/// Cost     proportional to steps x chunks for few chunks; long messages are extrapolated from the
///          steady state.
[[nodiscard]] PlanCost price(const Plan& plan, Bytes size, std::size_t block_bytes, int slots,
                             const LinkCosts& costs);

}  // namespace assay::collectives
