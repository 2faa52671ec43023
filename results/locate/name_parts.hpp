#pragma once

#include <vector>

#include "results/locate/decide.hpp"
#include "results/locate/locate.hpp"

namespace assay::results {

/// Calls what was decided by the names of the parts it is in: all rails of a node are the node,
/// most nodes of a leaf its switch, cables of a leaf its uplink. What a larger part explains is not
/// named again. Worst first.
[[nodiscard]] std::vector<SlowPart> name_parts(const LinkMeasurements& measured, const Look& look,
                                               const Decision& decision);

}  // namespace assay::results
