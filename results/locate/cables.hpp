#pragma once

#include <vector>

#include "results/locate/ends.hpp"

namespace assay::results {

/// Cables of leaves that have several: what is slow of one node's links to other leaves only, or of
/// one leaf's links to one node, or of one node's to one leaf, beyond what `levels` explains.
[[nodiscard]] std::vector<SlowSet> suspect_cables(const RailContext& context, const Ends& ends,
                                                  const Levels& levels);

}  // namespace assay::results
