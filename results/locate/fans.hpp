#pragma once

#include <vector>

#include "results/locate/ends.hpp"

namespace assay::results {

/// Cables of leaves that have several, where each node of other leaves was measured with too few
/// nodes of the leaf to suspect it by itself: routed by receiver (or by sender), one cable slows
/// what a leaf sends to some of them (or gets from them), alike. Beyond what `levels` explains.
[[nodiscard]] std::vector<SlowSet> suspect_fans(const RailContext& context, const Ends& ends,
                                                const Levels& levels);

}  // namespace assay::results
