#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/plan.hpp"
#include "core/units.hpp"

namespace assay::collectives {

/// The price of a link and of a sum, the same for all ranks.
struct LinkCosts {
  Seconds latency;                  ///< alpha: of one message
  Bandwidth bandwidth;              ///< 1/beta: one way, per rank and direction
  double reduction_s_per_byte = 0;  ///< gamma
};

struct PlanCost {
  Seconds time;                  ///< until the last rank is done
  std::uint64_t bytes_sent = 0;  ///< by the rank that sends most
  std::uint64_t messages = 0;    ///< by the rank that sends the most of them
};

/// Prices a plan by simulating its messages with `costs`, `slots` in flight per lane and direction,
/// and at most `block_bytes` a message. A rank's sending, receiving and summing each do one message
/// at a time, first come, first served, whatever the number of lanes. The network holds what a busy
/// receiver cannot take yet; copies and the return of a slot to its sender cost nothing.
/// `size` is of a rank's input, all its blocks together; where blocks have weights, runs are told a
/// block's share of it as their count, and the blocks have their true lengths.
/// Precondition: verify(plan, slots) holds, block_bytes >= 1.
/// Throws   UsageError if the plan waits for ever with so few slots.
/// Cost     proportional to steps x chunks for few chunks; long messages are extrapolated from the
///          steady state.
/// Source   the LogGP model: Alexandrov, Ionescu, Schauser & Scheiman, JPDC 1997.
[[nodiscard]] PlanCost price(const Plan& plan, Bytes size, std::size_t block_bytes, int slots,
                             const LinkCosts& costs);

}  // namespace assay::collectives
