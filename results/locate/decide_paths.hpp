#pragma once

#include <span>
#include <vector>

#include "results/locate/decide.hpp"
#include "results/locate/hypotheses.hpp"

namespace assay::results {

/// Decides about single links: those that were measured again, then others; each by rail. A link on
/// one rail is not let go as long as it is as slow as on most other rails.
[[nodiscard]] std::vector<DecidedPath> decide_paths(const LinkMeasurements& measured,
                                                    const LocateOptions& options, const Look& look,
                                                    const RepeatedRounds& rounds,
                                                    const Judge& judge);

}  // namespace assay::results
