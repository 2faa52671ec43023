#pragma once

#include "results/judge/link_table.hpp"
#include "results/locate/locate.hpp"

namespace assay::results {

/// What is slow among the links of a view of the run, with the deficits that people see.
/// Of links that share an uplink, the fast side of the samples is from when the others did not use
/// it: an uplink that this leaves open is convicted where the medians of the same links convict it.
/// Throws  nothing of its own. Cost  that of `locate`, twice where an uplink is left open.
[[nodiscard]] Location locate_links(const Run& run, const LinkTable& table, LinkView view,
                                    const LocateOptions& options);

}  // namespace assay::results
