#pragma once

#include <vector>

#include "results/locate/suspect.hpp"

namespace assay::results {

/// All links that a suspect covers.
[[nodiscard]] std::vector<LinkId> links_of(const SlowSet& suspect, const LinkSpace& space,
                                           const std::vector<std::vector<int>>& leaves);

/// Of a suspect's link, the node that is no part of it.
[[nodiscard]] int partner_in(const SlowSet& suspect, const LinkId& link);
/// And the one that is, or is behind it.
[[nodiscard]] int own_node_in(const SlowSet& suspect, const LinkId& link);

}  // namespace assay::results
