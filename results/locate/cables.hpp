#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "results/locate/ends.hpp"

namespace assay::results {

/// Cables of leaves that have several: what is slow of one node's links to other leaves only, or of
/// one leaf's links to one node, or of one node's to one leaf, beyond what `levels` explains.
[[nodiscard]] std::vector<SlowSet> suspect_cables(const RailContext& context, const Ends& ends,
                                                  const Levels& levels);

/// True where so many links across leaves are enough to tell from chance that they are slow.
[[nodiscard]] bool tell_by_themselves(const RailContext& context, std::ptrdiff_t links);

/// How many links of a node, given by partner, were measured with these partners.
[[nodiscard]] int measured_links(std::span<const float> line, const std::vector<int>& partners);
/// True where the envelope of a node's links with these partners, `links` of them measured, lies
/// above `level`. Finding the envelope costs more: most are settled so.
[[nodiscard]] bool envelope_exceeds(std::span<const float> line, const std::vector<int>& partners,
                                    int links, float level);

}  // namespace assay::results
