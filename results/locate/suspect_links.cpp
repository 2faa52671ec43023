#include "results/locate/suspect_links.hpp"

#include <numeric>
#include <utility>

namespace assay::results {

namespace {

using Nodes = std::vector<int>;

Nodes all_nodes(const LinkSpace& space) {
  Nodes nodes(static_cast<std::size_t>(space.nodes));
  std::iota(nodes.begin(), nodes.end(), 0);
  return nodes;
}

struct Sides {
  Nodes from;
  Nodes to;
};

/// The nodes that a suspect's links can start and end at.
Sides sides_of(const SlowSet& suspect, const LinkSpace& space, const std::vector<Nodes>& leaves) {
  const auto leaf = [&](int which) { return leaves[static_cast<std::size_t>(which)]; };
  const auto turned = [&](Nodes own, Nodes far) {
    return suspect.direction == Direction::send ? Sides{std::move(own), std::move(far)}
                                                : Sides{std::move(far), std::move(own)};
  };
  switch (suspect.shape) {
    case Shape::end:
    case Shape::node_across:
      return turned({suspect.subject}, all_nodes(space));
    case Shape::uplink:
      return turned(leaf(suspect.subject), all_nodes(space));
    case Shape::fan:
      return turned(leaf(suspect.subject), suspect.far);
    case Shape::block:
      return {leaf(suspect.subject), leaf(suspect.peer)};
    case Shape::to_node:
      return {leaf(suspect.subject), {suspect.peer}};
    case Shape::from_node:
      return {{suspect.subject}, leaf(suspect.peer)};
  }
  return {};
}

}  // namespace

std::vector<LinkId> links_of(const SlowSet& suspect, const LinkSpace& space,
                             const std::vector<std::vector<int>>& leaves) {
  const Sides sides = sides_of(suspect, space, leaves);
  std::vector<LinkId> links;
  for (const int from : sides.from)
    for (const int to : sides.to) {
      const LinkId link{from, to, suspect.rail};
      if (from != to && covers(suspect, space, link)) links.push_back(link);
    }
  return links;
}

int partner_in(const SlowSet& suspect, const LinkId& link) {
  switch (suspect.shape) {
    case Shape::to_node:
      return link.from;
    case Shape::from_node:
    case Shape::block:
      return link.to;
    default:
      return suspect.direction == Direction::send ? link.to : link.from;
  }
}

int own_node_in(const SlowSet& suspect, const LinkId& link) {
  return partner_in(suspect, link) == link.to ? link.from : link.to;
}

}  // namespace assay::results
