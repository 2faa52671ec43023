#pragma once

#include <string_view>

#include "results/witnesses.hpp"

namespace assay::results {

enum class Whose { own, vendor };

/// Whether a collective does what sound links would allow. By a profile's figure; without one by
/// the links of a ring: what is far below the slowest of them is slow, and where links are slow
/// (`link`) so is what does not exceed them.
[[nodiscard]] Testimony hear_collectives(const Run& run, const std::vector<Check>& checks,
                                         Between between, Whose whose, Witness link);

/// Shares of a ring's slowest link: from here on a collective is fine. Sound rings over eight hosts
/// with links of 200 Mbit/s, all on two processors, reached 0.34 to 0.45 while other programs kept
/// these five times too busy.
inline constexpr double fine_share = 0.35;
/// And below this it is slow. The same rings on processors ten times too busy reached 0.18 to 0.29.
inline constexpr double slow_share = 0.10;
/// Of the blocks that a ring sends: in shorter ones latency counts, not the links' bandwidth.
inline constexpr double least_block_bytes = 256 << 10;
inline constexpr double least_block_bytes_of_gpus = 1 << 20;

}  // namespace assay::results
