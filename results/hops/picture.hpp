#pragma once

#include <string>
#include <vector>

#include "results/hop_trace.hpp"
#include "results/hops.hpp"

namespace assay::results {

/// A trace as text: a line for each edge with a bar of its receiver's time, culprits marked, and
/// below what was found. Of many edges those with most time on the link.
/// `names` are the ranks' (hosts, where each has one); empty: their numbers. At most `width`
/// columns.
[[nodiscard]] std::string hop_picture(const HopTrace& trace, const HopFindings& findings,
                                      const std::vector<std::string>& names, int width = 100);

}  // namespace assay::results
