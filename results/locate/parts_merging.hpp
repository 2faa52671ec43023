#pragma once

#include <vector>

#include "results/locate/locate.hpp"

namespace assay::results {

/// Puts parts together that are one: the same on all rails, then the same in both directions. Of
/// one rail only, a node's part is a nic where there are several rails. Parts of different states
/// stay apart.
[[nodiscard]] std::vector<SlowPart> merge_rails_and_directions(std::vector<SlowPart> parts,
                                                               int rails);

/// Several parts as one: `name` with the mean deficit, the least confidence, the evidence of all.
[[nodiscard]] SlowPart merged(SlowPart name, const std::vector<const SlowPart*>& parts);

/// No more links than this stand as evidence of a part.
inline constexpr std::size_t evidence_at_most = 6;

}  // namespace assay::results
