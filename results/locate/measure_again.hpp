#pragma once

#include <vector>

#include "results/locate/decide.hpp"

namespace assay::results {

/// The links that would settle what is suspected: of suspects those with sound partners, different
/// ones from round to round; the paths; and sound links of the same class and rail beside them.
/// `first` is what the first round showed: peers are sound by it.
[[nodiscard]] std::vector<LinkId> links_to_measure_again(const LinkMeasurements& measured,
                                                         const Look& first, const Look& look,
                                                         const Decision& decision,
                                                         const LocateOptions& options);

}  // namespace assay::results
