#include "results/locate/shared_uplinks.hpp"

#include <algorithm>
#include <limits>
#include <vector>

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

/// A figure of each rail, direction and place: of many paths each looks up its own.
class ByPlace {
 public:
  ByPlace(const LinkSpace& space, int places, double initial)
      : places_{static_cast<std::size_t>(places)},
        values_(2 * static_cast<std::size_t>(space.rails) * places_, initial) {}

  [[nodiscard]] double& at(int rail, Direction direction, int place) {
    return values_[(2 * static_cast<std::size_t>(rail) + static_cast<std::size_t>(direction)) *
                       places_ +
                   static_cast<std::size_t>(place)];
  }

 private:
  std::size_t places_;
  std::vector<double> values_;
};

/// What of a sound rate is left at least to links that share a slow uplink, by leaf.
class UplinkShares {
 public:
  /// `of_sound`: links are held against sound ones; otherwise against what the uplink leaves.
  UplinkShares(const std::vector<DecidedSuspect>& suspects, const LinkSpace& space, bool of_sound)
      : least_{space, space.leaves, std::numeric_limits<double>::infinity()} {
    for (const DecidedSuspect& one : suspects) {
      if (!is_of_a_leaf(one.suspect)) continue;
      const double left = 1.0 - one.deficit;
      const bool squared = of_sound || one.suspect.shape == Shape::fan;
      double& least = least_.at(one.suspect.rail, one.suspect.direction, one.suspect.subject);
      least = std::min(least, squared ? left * left : left);
    }
  }

  /// True where links between these leaves pass a slow uplink, or may pass the slow cable of one,
  /// and are no slower than that makes them.
  [[nodiscard]] bool explain(const LeafPair& ends, int rail, double deficit) {
    if (ends.from == ends.to) return false;
    const auto explains = [&](Direction direction, int leaf) {
      return leaf != SlowPart::nobody && 1.0 - deficit >= least_.at(rail, direction, leaf);
    };
    return explains(Direction::send, ends.from) || explains(Direction::receive, ends.to);
  }

 private:
  ByPlace least_;
};

/// By node, how slow the cable is that its traffic to other leaves takes, or from them.
ByPlace deficits_across(const std::vector<DecidedSuspect>& suspects, const LinkSpace& space) {
  ByPlace deficits{space, space.nodes, -std::numeric_limits<double>::infinity()};
  for (const DecidedSuspect& one : suspects) {
    if (one.suspect.shape != Shape::node_across) continue;
    double& most = deficits.at(one.suspect.rail, one.suspect.direction, one.suspect.subject);
    most = std::max(most, one.deficit);
  }
  return deficits;
}

}  // namespace

Decision without_uneven_shares(Decision decision, const LinkSpace& space) {
  // Sets are held against sound links, and so are paths that noise hid from the fan of their cable;
  // others against what the uplink leaves.
  UplinkShares of_sets{decision.suspects, space, true};
  UplinkShares of_paths{decision.suspects, space, false};
  std::erase_if(decision.suspects, [&](const DecidedSuspect& one) {
    return !is_of_a_leaf(one.suspect) &&
           of_sets.explain(leaves_between(one.suspect, space), one.suspect.rail, one.deficit);
  });
  ByPlace across = deficits_across(decision.suspects, space);
  std::erase_if(decision.paths, [&](const DecidedPath& path) {
    const LeafPair leaves{leaf_at(space, path.link.from), leaf_at(space, path.link.to)};
    if (leaves.from == leaves.to) return false;
    const double deficit = path.deficit();
    const int rail = path.link.rail;
    return deficit <= across.at(rail, Direction::send, path.link.from) ||
           deficit <= across.at(rail, Direction::receive, path.link.to) ||
           of_paths.explain(leaves, rail, deficit);
  });
  return decision;
}

}  // namespace assay::results
