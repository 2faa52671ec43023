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

/// True where links between the two are among those of the set.
bool is_pair_of(const SlowSet& set, Shape shape, Direction direction, int subject, int peer) {
  if (set.shape != shape || set.direction != direction || set.subject != subject) return false;
  return shape == Shape::fan ? std::ranges::binary_search(set.far, peer) : set.peer == peer;
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

Levels::Levels(const LinkSpace& space)
    : space_{&space},
      blocks_(static_cast<std::size_t>(space.leaves)),
      to_nodes_(blocks_),
      from_nodes_(static_cast<std::size_t>(space.nodes)),
      fans_{blocks_, blocks_} {
  for (std::size_t i = 0; i < 2; ++i) {
    ends_[i].assign(static_cast<std::size_t>(space.nodes), 0.0F);
    across_[i] = ends_[i];
    uplinks_[i].assign(static_cast<std::size_t>(space.leaves), 0.0F);
  }
}

void Levels::lower_pair(ByPair& pairs, int subject, int peer, std::size_t peers, float level) {
  has_pairs_ = true;
  ByPlace& row = pairs[static_cast<std::size_t>(subject)];
  if (row.empty()) row.assign(peers, 0.0F);
  float& present = row[static_cast<std::size_t>(peer)];
  present = std::min(present, level);
}

void Levels::add(const SlowSet& suspect) {
  const auto direction = static_cast<std::size_t>(suspect.direction);
  const auto subject = static_cast<std::size_t>(suspect.subject);
  const auto leaves = static_cast<std::size_t>(space_->leaves);
  const auto lower = [&](float& level) { level = std::min(level, suspect.level); };
  switch (suspect.shape) {
    case Shape::end:
      return lower(ends_[direction][subject]);
    case Shape::node_across:
      return lower(across_[direction][subject]);
    case Shape::uplink:
      return lower(uplinks_[direction][subject]);
    case Shape::block:
      return lower_pair(blocks_, suspect.subject, suspect.peer, leaves, suspect.level);
    case Shape::to_node:
      return lower_pair(to_nodes_, suspect.subject, suspect.peer, nodes(), suspect.level);
    case Shape::from_node:
      return lower_pair(from_nodes_, suspect.subject, suspect.peer, leaves, suspect.level);
    case Shape::fan:
      for (const int node : suspect.far)
        lower_pair(fans_[direction], suspect.subject, node, nodes(), suspect.level);
      return;
  }
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
  return has_pairs_ ? std::min(level, explained_by_pairs(link, except)) : level;
}

float Levels::explained_by_pairs(const LinkId& link, const SlowSet* except) const {
  float level = 0;
  const auto lower = [&](Shape shape, Direction direction, const ByPair& pairs, int subject,
                         int peer) {
    const ByPlace& row = pairs[static_cast<std::size_t>(subject)];
    if (row.empty() || row[static_cast<std::size_t>(peer)] >= level) return;
    if (except == nullptr || !is_pair_of(*except, shape, direction, subject, peer))
      level = row[static_cast<std::size_t>(peer)];
  };
  const int from_leaf = leaf_at(*space_, link.from);
  const int to_leaf = leaf_at(*space_, link.to);
  lower(Shape::block, Direction::send, blocks_, from_leaf, to_leaf);
  lower(Shape::to_node, Direction::send, to_nodes_, from_leaf, link.to);
  lower(Shape::from_node, Direction::send, from_nodes_, link.from, to_leaf);
  lower(Shape::fan, Direction::send, fans_[0], from_leaf, link.to);
  lower(Shape::fan, Direction::receive, fans_[1], to_leaf, link.from);
  return level;
}

}  // namespace assay::results
