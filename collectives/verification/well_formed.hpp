#pragma once

#include <optional>
#include <string>

#include "collectives/plan.hpp"

namespace assay::collectives {

/// What can be seen of a plan without executing it: the first lane or step that means nothing (a
/// peer, block, segment or lane that does not exist), or two lanes of a rank that may change the
/// same elements in either order. None: the plan can be executed symbolically.
[[nodiscard]] std::optional<std::string> find_malformed(const Plan& plan);

}  // namespace assay::collectives
