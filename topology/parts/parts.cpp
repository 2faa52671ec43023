#include "topology/parts/parts.hpp"

#include <algorithm>

namespace assay::topology {

int Parts::add(Part part) {
  parts.push_back(std::move(part));
  return static_cast<int>(parts.size()) - 1;
}

const PartLink* Parts::uplink_of(int part) const {
  const int parent = parts[static_cast<std::size_t>(part)].parent;
  const auto found = std::ranges::find_if(links, [&](const PartLink& link) {
    return parent != Part::top &&
           ((link.from == part && link.to == parent) || (link.to == part && link.from == parent));
  });
  return found == links.end() ? nullptr : &*found;
}

}  // namespace assay::topology
