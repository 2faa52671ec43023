#pragma once

#include <vector>

#include "results/locate/ends.hpp"

namespace assay::results {

/// Uplinks and pairs of leaves that are slow beyond what `levels` explains: the model of the ends
/// one level up, on blocks of leaves. With two leaves, nothing tells whose uplink it is: a block.
[[nodiscard]] std::vector<SlowSet> suspect_uplinks(const RailContext& context, const Ends& ends,
                                                   const Levels& levels);

}  // namespace assay::results
