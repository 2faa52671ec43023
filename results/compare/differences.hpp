#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/run.hpp"

namespace assay::results {

/// What differs between the runs of the two sides beside the build, and what makes their comparison
/// weak, one line each, the weightier first.
[[nodiscard]] std::vector<std::string> differences_of(std::span<const Run> baseline,
                                                      std::span<const Run> candidate);

}  // namespace assay::results
