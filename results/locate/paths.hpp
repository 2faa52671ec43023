#pragma once

#include <limits>
#include <vector>

#include "results/locate/ends.hpp"

namespace assay::results {

/// A link slower than what covers it explains.
struct SlowLink {
  LinkId link;
  float level = 0;  ///< logarithm of its share of what is left by the suspects that cover it
};

/// The links of a rail that lie below `keep`, by class.
[[nodiscard]] std::vector<SlowLink> links_below(const RailContext& context, const Ends& ends,
                                                const Levels& levels,
                                                const std::array<float, link_classes>& keep);

}  // namespace assay::results
