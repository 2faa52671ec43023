#include "results/locate/paths.hpp"

#include <algorithm>
#include <cmath>

namespace assay::results {

std::vector<SlowLink> links_below(const RailContext& context, const Ends& ends,
                                  const Levels& levels,
                                  const std::array<float, link_classes>& keep) {
  std::vector<SlowLink> found;
  for (int from = 0; from < context.space.nodes; ++from) {
    const auto line = context.matrix.line(Direction::send, from);
    const int leaf = context.space.leaf_of[static_cast<std::size_t>(from)];
    std::array<float, link_classes> reference{};
    for (std::size_t kind = 0; kind < reference.size(); ++kind)
      reference[kind] = static_cast<float>(ends.reference[kind]);
    for (int to = 0; to < context.space.nodes; ++to) {
      const bool within = context.space.leaf_of[static_cast<std::size_t>(to)] == leaf;
      const auto kind = index(within ? LinkClass::within : LinkClass::across);
      const float value = line[static_cast<std::size_t>(to)] - reference[kind];
      // What is explained only lifts a link: most are settled here. NaN is not below.
      if (!(value <= keep[kind])) continue;
      const LinkId link{from, to, context.rail};
      const float beyond = value - levels.explained(link);
      if (beyond <= keep[kind]) found.push_back({link, beyond});
    }
  }
  return found;
}

}  // namespace assay::results
