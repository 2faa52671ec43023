#include "results/locate/shared_uplinks.hpp"

#include <algorithm>

namespace assay::results {

namespace {

int leaf_at(const LinkSpace& space, int node) {
  return space.leaf_of[static_cast<std::size_t>(node)];
}

/// The leaves that a set's links come from and go to; nobody: several.
struct LeafPair {
  int from = SlowPart::nobody;
  int to = SlowPart::nobody;
};

LeafPair leaves_between(const SlowSet& set, const LinkSpace& space) {
  switch (set.shape) {
    case Shape::node_across:
      if (set.direction == Direction::receive)
        return {SlowPart::nobody, leaf_at(space, set.subject)};
      return {leaf_at(space, set.subject), SlowPart::nobody};
    case Shape::fan:
      if (set.direction == Direction::receive) return {SlowPart::nobody, set.subject};
      return {set.subject, SlowPart::nobody};
    case Shape::block:
      return {set.subject, set.peer};
    case Shape::to_node:
      return {set.subject, leaf_at(space, set.peer)};
    case Shape::from_node:
      return {leaf_at(space, set.subject), set.peer};
    default:
      return {};
  }
}

/// What some or all links out of a leaf or into it pass.
bool is_of_a_leaf(const SlowSet& set) {
  return set.shape == Shape::uplink || set.shape == Shape::fan;
}

/// True where links between these leaves pass the uplink, or may pass the cable of it.
bool passes(const SlowSet& uplink, const LeafPair& ends) {
  if (ends.from == ends.to) return false;
  return uplink.subject == (uplink.direction == Direction::send ? ends.from : ends.to);
}

}  // namespace

Decision without_uneven_shares(Decision decision, const LinkSpace& space) {
  std::vector<DecidedSuspect> uplinks;
  std::ranges::copy_if(decision.suspects, std::back_inserter(uplinks),
                       [](const DecidedSuspect& one) { return is_of_a_leaf(one.suspect); });
  // Sets are held against sound links, and so are paths that noise hid from the fan of their cable;
  // others against what the uplink leaves.
  const auto is_a_share = [&](const LeafPair& leaves, int rail, double deficit, bool of_sound) {
    return std::ranges::any_of(uplinks, [&](const DecidedSuspect& uplink) {
      const double left = 1.0 - uplink.deficit;
      return uplink.suspect.rail == rail && passes(uplink.suspect, leaves) &&
             1.0 - deficit >= (of_sound || uplink.suspect.shape == Shape::fan ? left * left : left);
    });
  };
  std::erase_if(decision.suspects, [&](const DecidedSuspect& one) {
    return !is_of_a_leaf(one.suspect) &&
           is_a_share(leaves_between(one.suspect, space), one.suspect.rail, one.deficit, true);
  });
  const auto shares_a_cable = [&](const DecidedPath& path) {
    return std::ranges::any_of(decision.suspects, [&](const DecidedSuspect& one) {
      return one.suspect.shape == Shape::node_across && path.deficit() <= one.deficit &&
             covers(one.suspect, space, path.link);
    });
  };
  std::erase_if(decision.paths, [&](const DecidedPath& path) {
    return shares_a_cable(path) ||
           is_a_share({leaf_at(space, path.link.from), leaf_at(space, path.link.to)},
                      path.link.rail, path.deficit(), false);
  });
  return decision;
}

}  // namespace assay::results
