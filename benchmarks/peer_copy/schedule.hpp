#pragma once

#include <cstddef>
#include <vector>

#include "collectives/device/placement.hpp"

namespace assay::benchmarks::peer_copy {

/// Two ranks' GPUs: the first works on the second one's memory.
struct DirectedPair {
  int device = 0;
  int peer = 0;
  bool operator==(const DirectedPair&) const = default;
};

/// All ordered pairs of `ranks` ranks of one host, as they come in turn number `pass`: in another
/// order each time, the same in every process. One pair goes at a time, as several may share a
/// switch or the way through the host, and would measure each other.
/// Shape  ranks * (ranks - 1) pairs.
[[nodiscard]] std::vector<DirectedPair> pairs_in_turn(int ranks, int pass);

/// Whether the GPUs of some host can be paired. `visible`: how many GPUs the process sees that sees
/// most.
/// Throws  UnavailableError if there are not two GPUs; UsageError if there are more than the job
///         uses, with how to use them.
void require_pairs(const collectives::device::Placement& placement, std::size_t visible);

}  // namespace assay::benchmarks::peer_copy
