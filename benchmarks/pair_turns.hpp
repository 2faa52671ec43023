#pragma once

#include <vector>

#include "benchmarks/acceptance_level.hpp"
#include "benchmarks/job.hpp"
#include "benchmarks/pair.hpp"

namespace assay::benchmarks {

/// Pairs of ranks that share a host: all where no links between hosts are searched.
[[nodiscard]] std::vector<topology::PairRound> pairs_within_hosts(const Job& job);

/// Of these rounds the pairs of which both ends are among `ranks`.
[[nodiscard]] std::vector<topology::PairRound> rounds_among(std::vector<topology::PairRound> rounds,
                                                            const std::vector<int>& ranks);

/// Turns of every pair: what fits the stage, at least enough for a median over turns that a few bad
/// ones do not move, and no more than tell anything new.
[[nodiscard]] int pair_passes(const AcceptanceLevel& level, int rounds);

/// What all turns of `rounds` rounds take.
[[nodiscard]] Seconds pair_time(const AcceptanceLevel& level, int rounds);

}  // namespace assay::benchmarks
