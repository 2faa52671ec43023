#pragma once

#include <string_view>

#include "results/witnesses.hpp"

namespace assay::results {

enum class Whose { own, vendor };

/// Whether a collective does what sound links would allow. By a profile's figure; without one by
/// the links of a ring: what is far below the slowest of them is slow, and where links are slow
/// (`link`) so is what does not exceed them.
[[nodiscard]] Testimony hear_collectives(const Run& run, const std::vector<Check>& checks,
                                         Whose whose, Witness link);

/// A sound ring of ours, and MPI's own all-reduce, reach shares of the slowest link of the ring
/// between fine and slow; from here on it is fine.
inline constexpr double fine_share = 0.35;
/// And below this slow.
inline constexpr double slow_share = 0.15;
/// Of the blocks that a ring sends: in shorter ones latency counts, not the links' bandwidth.
inline constexpr double least_block_bytes = 256 << 10;

}  // namespace assay::results
