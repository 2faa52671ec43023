#include "results/locate/suspect.hpp"

#include <algorithm>

namespace assay::results {

namespace {

int end_of(Direction direction, const LinkId& link) {
  return direction == Direction::send ? link.from : link.to;
}

int leaf_at(const LinkSpace& space, int node) {
  return space.leaf_of[static_cast<std::size_t>(node)];
}

}  // namespace

bool covers(const SlowSet& suspect, const LinkSpace& space, const LinkId& link) {
  if (link.rail != suspect.rail) return false;
  const int end = end_of(suspect.direction, link);
  switch (suspect.shape) {
    case Shape::end:
      return end == suspect.subject;
    case Shape::node_across:
      return end == suspect.subject && !space.same_leaf(link);
    case Shape::uplink:
      return leaf_at(space, end) == suspect.subject && !space.same_leaf(link);
    case Shape::block:
      return leaf_at(space, link.from) == suspect.subject &&
             leaf_at(space, link.to) == suspect.peer;
    case Shape::to_node:
      return leaf_at(space, link.from) == suspect.subject && link.to == suspect.peer;
    case Shape::from_node:
      return link.from == suspect.subject && leaf_at(space, link.to) == suspect.peer;
  }
  return false;
}

Levels::Levels(const LinkSpace& space) : space_{&space} {
  for (std::size_t i = 0; i < 2; ++i) {
    ends_[i].assign(static_cast<std::size_t>(space.nodes), 0.0F);
    across_[i] = ends_[i];
    uplinks_[i].assign(static_cast<std::size_t>(space.leaves), 0.0F);
  }
}

void Levels::add(const SlowSet& suspect) {
  const auto direction = static_cast<std::size_t>(suspect.direction);
  const auto subject = static_cast<std::size_t>(suspect.subject);
  const auto lower = [&](float& level) { level = std::min(level, suspect.level); };
  switch (suspect.shape) {
    case Shape::end:
      return lower(ends_[direction][subject]);
    case Shape::node_across:
      return lower(across_[direction][subject]);
    case Shape::uplink:
      return lower(uplinks_[direction][subject]);
    case Shape::block:
    case Shape::to_node:
    case Shape::from_node:
      return lower(groups_[{suspect.shape, suspect.subject, suspect.peer}]);
  }
}

float Levels::group(const Group& group, const SlowSet* except) const {
  if (except != nullptr && Group{except->shape, except->subject, except->peer} == group) return 0;
  const auto found = groups_.find(group);
  return found == groups_.end() ? 0 : found->second;
}

float Levels::explained(const LinkId& link, const SlowSet* except) const {
  float level = 0;
  const auto lower = [&](Shape shape, Direction direction, const ByPlace& places, int place) {
    const bool own = except != nullptr && except->shape == shape &&
                     except->direction == direction && except->subject == place;
    if (!own) level = std::min(level, places[static_cast<std::size_t>(place)]);
  };
  lower(Shape::end, Direction::send, ends_[0], link.from);
  lower(Shape::end, Direction::receive, ends_[1], link.to);
  const int from_leaf = leaf_at(*space_, link.from);
  const int to_leaf = leaf_at(*space_, link.to);
  if (from_leaf != to_leaf) {
    lower(Shape::node_across, Direction::send, across_[0], link.from);
    lower(Shape::node_across, Direction::receive, across_[1], link.to);
    lower(Shape::uplink, Direction::send, uplinks_[0], from_leaf);
    lower(Shape::uplink, Direction::receive, uplinks_[1], to_leaf);
  }
  if (groups_.empty()) return level;
  return std::min({level, group({Shape::block, from_leaf, to_leaf}, except),
                   group({Shape::to_node, from_leaf, link.to}, except),
                   group({Shape::from_node, link.from, to_leaf}, except)});
}

}  // namespace assay::results
