#pragma once

#include <string>
#include <vector>

#include "results/compare/compare.hpp"

namespace assay::results {

/// The settings that all cells share, to be told once.
[[nodiscard]] std::vector<Setting> shared_settings(const Comparison& comparison);

/// The name of a cell without what all share, fit for a terminal, and the reason of its verdict, if
/// it has one; never empty.
[[nodiscard]] std::string name_and_reason(const ComparedCell& cell,
                                          const std::vector<Setting>& shared);

/// "+5.2 %"
[[nodiscard]] std::string signed_percent(double share);

/// "+3.9 to +6.5 %"
[[nodiscard]] std::string percent_range(const TimeChange& time);

/// "12.3 us -> 12.9 us"
[[nodiscard]] std::string both_medians(const ComparedCell& cell);

/// "3 runs, 360 samples" of each side.
[[nodiscard]] std::string effort(const ComparedCell::Side& side);

}  // namespace assay::results
