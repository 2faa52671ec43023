#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collectives/plan.hpp"

namespace assay::collectives {

/// What the verifier found.
struct Proof {
  std::optional<std::string> defect;  ///< none: the plan is right; otherwise one line naming it
  std::uint64_t steps = 0;            ///< taken by all ranks and lanes, for one chunk
  std::uint32_t depth = 0;            ///< longest chain of messages that wait for one another
  std::uint32_t order_count = 0;      ///< different orders of summation over the ranks, worst block

  [[nodiscard]] bool holds() const { return !defect; }
};

/// Executes `plan` symbolically and proves, for every message size and any timing of the ranks:
///  - every element that the operation promises holds each contribution exactly once;
///  - no step waits for ever with `slots` messages in flight per lane and direction;
///  - no message is left over, and both ends of each message mean the same length;
///  - lanes of one rank that share a segment are ordered (`Lane::after`), so that no result depends
///    on timing (a lane without steps orders nothing);
///  - the same holds in place, with the input and the output in the same memory (where blocks have
///    weights, if these are symmetric: otherwise blocks lie elsewhere in the one than in the
///    other);
///  - where the plan promises it, all ranks sum in the same order.
/// One chunk proves all: the reasons stand in verifier.cpp.
/// Contributions are compared by random fingerprints over a 127-bit prime field: a wrong plan
/// passes with a probability below 2^-100.
/// Cost     proportional to the total number of steps (4,096-rank ring: 33.5 million); memory 32
/// bytes a
///          block of each rank (the same ring: 0.5 GiB, beside as much for the plan itself).
[[nodiscard]] Proof verify(const Plan& plan, int slots);

}  // namespace assay::collectives
