#pragma once

#include "results/locate/decide.hpp"
#include "results/locate/links.hpp"

namespace assay::results {

/// The decision without what a slow uplink explains: pairs that share it are served unevenly (TCP
/// gives one connection up to twice what it gives another), so that some of its paths and cables
/// look slower than it is, by chance. Those that are slower than it by no more than it is slow
/// itself are left out. So are paths that a slow cable of a leaf may carry, though noise hid that.
[[nodiscard]] Decision without_uneven_shares(Decision decision, const LinkSpace& space);

}  // namespace assay::results
