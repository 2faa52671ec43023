#pragma once

#include <span>
#include <utility>
#include <vector>

namespace assay::topology {

/// Pairs of ranks that are measured at the same time: no rank is in two of them.
using PairRound = std::vector<std::pair<int, int>>;

/// All unordered pairs of `ranks` ranks in rounds of disjoint pairs, by the circle method.
/// Shape   ranks - 1 rounds of ranks/2 pairs; for an odd number ranks rounds, one rank resting in
///         each; none for fewer than two ranks. Every pair stands in exactly one round.
/// Source  Kirkman 1847; the schedule of round-robin tournaments.
[[nodiscard]] std::vector<PairRound> pair_rounds(int ranks);

/// Splits rounds so that no host works on more ranks at once than it can carry: ranks that share a
/// processor would measure each other.
/// `host_of` gives every rank's host, `capacity` how many ranks each host carries at once; a pair
/// inside a host needs two. A capacity below that is taken as two: a pair cannot be halved.
[[nodiscard]] std::vector<PairRound> limit_per_host(const std::vector<PairRound>& rounds,
                                                    std::span<const int> host_of,
                                                    std::span<const int> capacity);

/// Groups of ranks that measure their own devices at the same time, each host within its capacity
/// (at least one). Every rank stands in exactly one group; hosts proceed side by side.
[[nodiscard]] std::vector<std::vector<int>> device_groups(std::span<const int> host_of,
                                                          std::span<const int> capacity);

}  // namespace assay::topology
