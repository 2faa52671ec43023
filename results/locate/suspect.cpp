#include "results/locate/suspect.hpp"

#include <algorithm>

namespace assay::results {

namespace {

int end_of(Direction direction, const LinkId& link) {
  return direction == Direction::send ? link.from : link.to;
}

int far_node(Direction direction, const LinkId& link) {
  return direction == Direction::send ? link.to : link.from;
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
    case Shape::fan:
      return leaf_at(space, end) == suspect.subject &&
             std::ranges::binary_search(suspect.far, far_node(suspect.direction, link));
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
      return lower(groups_[{suspect.shape, suspect.direction, suspect.subject, suspect.peer}]);
    case Shape::fan:
      for (const int node : suspect.far)
        lower(groups_[{suspect.shape, suspect.direction, suspect.subject, node}]);
      return;
  }
}

float Levels::group(const Group& group, const SlowSet* except) const {
  if (except != nullptr && except->shape == group.shape && except->direction == group.direction &&
      except->subject == group.subject &&
      (group.shape == Shape::fan ? std::ranges::binary_search(except->far, group.peer)
                                 : except->peer == group.peer))
    return 0;
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
  constexpr auto send = Direction::send;
  return std::min({level, group({Shape::block, send, from_leaf, to_leaf}, except),
                   group({Shape::to_node, send, from_leaf, link.to}, except),
                   group({Shape::from_node, send, link.from, to_leaf}, except),
                   group({Shape::fan, send, from_leaf, link.to}, except),
                   group({Shape::fan, Direction::receive, to_leaf, link.from}, except)});
}

}  // namespace assay::results
