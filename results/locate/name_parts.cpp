#include "results/locate/name_parts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "results/locate/parts_merging.hpp"
#include "results/locate/suspect_links.hpp"

namespace assay::results {

namespace {

/// So many paths that may still turn out slow are listed; `measure_again` has all.
constexpr std::size_t suspected_paths_at_most = 100;
/// A switch is named where so many nodes of its leaf are slow, and half of them.
constexpr int nodes_of_a_switch = 2;
/// Paths of one leaf are a cable of its uplink where all its nodes are slow towards so many others.
constexpr std::size_t nodes_beyond_a_cable = 2;
constexpr std::size_t nodes_before_a_cable = 2;

int leaf_at(const LinkSpace& space, int node) {
  return space.leaf_of[static_cast<std::size_t>(node)];
}

class Namer {
 public:
  Namer(const LinkMeasurements& measured, const Look& look)
      : measured_{measured},
        space_{measured.space},
        look_{look},
        leaves_{nodes_by_leaf(measured.space)} {}

  [[nodiscard]] SlowPart name(const DecidedSuspect& decided) const {
    const SlowSet& suspect = decided.suspect;
    SlowPart part;
    part.state = decided.state;
    part.rail = suspect.rail;
    part.deficit = decided.deficit;
    part.confidence = decided.confidence;
    part.confirming = decided.confirming;
    part.evidence = worst_links(suspect);
    part.subject = suspect.subject;
    part.direction = suspect.direction;
    part.part = LinkPart::uplink;
    if (suspect.shape == Shape::end) part.part = LinkPart::node;
    if (suspect.shape == Shape::node_across) part.subject = leaf_at(space_, suspect.subject);
    if (suspect.shape == Shape::from_node) {
      part.subject = suspect.peer;
      part.direction = Direction::receive;
    }
    if (suspect.shape == Shape::block && suspect.subject != suspect.peer) part.peer = suspect.peer;
    if (suspect.shape == Shape::block && suspect.subject == suspect.peer) {
      part.part = LinkPart::fabric_switch;
      part.direction = Direction::both;
    }
    return part;
  }

  [[nodiscard]] static SlowPart name(const DecidedPath& decided) {
    SlowPart part;
    part.part = LinkPart::path;
    part.state = decided.state;
    part.subject = decided.link.from;
    part.peer = decided.link.to;
    part.rail = decided.link.rail;
    part.deficit = decided.deficit();
    part.confidence = decided.confidence;
    part.evidence = {decided.link};
    return part;
  }

  /// Moves the ends of leaves that are slow as a whole, and what is left of their uplinks, into
  /// their switches.
  void name_switches(std::vector<SlowPart>& parts) const {
    if (space_.leaves < 2) return;
    std::map<std::tuple<int, int, Direction>, std::vector<const SlowPart*>> ends;
    for (const SlowPart& part : parts)
      if (part.part == LinkPart::node && part.state == SlowPart::State::convicted)
        ends[{leaf_at(space_, part.subject), part.rail, part.direction}].push_back(&part);
    std::vector<SlowPart> switches;
    for (const auto& [place, group] : ends) {
      const auto& [leaf, rail, direction] = place;
      const auto nodes = std::ssize(leaves_[static_cast<std::size_t>(leaf)]);
      if (std::ssize(group) < nodes_of_a_switch || 2 * std::ssize(group) < nodes) continue;
      SlowPart name = *group.front();
      name.part = LinkPart::fabric_switch;
      name.subject = leaf;
      switches.push_back(merged(name, group));
    }
    std::erase_if(parts, [&](const SlowPart& part) {
      return std::any_of(switches.begin(), switches.end(), [&](const SlowPart& found) {
        return part.part == LinkPart::node && part.rail == found.rail &&
               leaf_at(space_, part.subject) == found.subject && part.direction == found.direction;
      });
    });
    std::erase_if(parts, [&](const SlowPart& part) {
      return std::any_of(switches.begin(), switches.end(), [&](const SlowPart& found) {
        return part.part == LinkPart::uplink && part.peer == SlowPart::nobody &&
               part.rail == found.rail && part.subject == found.subject &&
               part.direction == found.direction;
      });
    });
    parts.insert(parts.end(), switches.begin(), switches.end());
  }

  /// Moves paths that all nodes of a leaf have towards several others into the leaf's uplink.
  void name_cables(std::vector<SlowPart>& parts) const {
    for (const Direction direction : {Direction::send, Direction::receive})
      name_cables(parts, direction);
  }

 private:
  /// Paths from a leaf by receiver (send), or into a leaf by sender (receive).
  void name_cables(std::vector<SlowPart>& parts, Direction direction) const {
    std::map<std::pair<int, int>, std::map<int, std::vector<const SlowPart*>>> fans;
    for (const SlowPart& part : parts) {
      if (part.part != LinkPart::path || part.state != SlowPart::State::convicted) continue;
      const bool sends = direction == Direction::send;
      const int leaf = leaf_at(space_, sends ? part.subject : part.peer);
      if (leaf == leaf_at(space_, sends ? part.peer : part.subject)) continue;
      fans[{leaf, part.rail}][sends ? part.peer : part.subject].push_back(&part);
    }
    std::vector<SlowPart> uplinks;
    std::set<const SlowPart*> used;
    for (auto& [place, fan] : fans) {
      const auto nodes = leaves_[static_cast<std::size_t>(place.first)].size();
      std::erase_if(fan, [&](const auto& entry) { return entry.second.size() < nodes; });
      if (nodes < nodes_before_a_cable || fan.size() < nodes_beyond_a_cable) continue;
      std::vector<const SlowPart*> group;
      for (const auto& [node, paths] : fan) group.insert(group.end(), paths.begin(), paths.end());
      used.insert(group.begin(), group.end());
      SlowPart name = *group.front();
      name.part = LinkPart::uplink;
      name.subject = place.first;
      name.peer = SlowPart::nobody;
      name.direction = direction;
      uplinks.push_back(merged(name, group));
    }
    std::vector<SlowPart> kept;
    for (SlowPart& part : parts)
      if (used.count(&part) == 0) kept.push_back(std::move(part));
    kept.insert(kept.end(), uplinks.begin(), uplinks.end());
    parts = std::move(kept);
  }

  [[nodiscard]] std::vector<LinkId> worst_links(const SlowSet& suspect) const {
    std::vector<std::pair<double, LinkId>> rated;
    for (const LinkId& link : links_of(suspect, space_, leaves_)) {
      if (!measured_.first.has(link)) continue;
      const double reference = look_.rail(link.rail).reference[index(class_of(space_, link))];
      rated.emplace_back(log_rate(measured_.first.at(link)) - reference, link);
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(rated.size(), evidence_at_most));
    std::partial_sort(rated.begin(), rated.begin() + count, rated.end());
    std::vector<LinkId> links;
    for (std::ptrdiff_t i = 0; i < count; ++i)
      links.push_back(rated[static_cast<std::size_t>(i)].second);
    return links;
  }

  const LinkMeasurements& measured_;
  const LinkSpace& space_;
  const Look& look_;
  std::vector<std::vector<int>> leaves_;
};

/// What is not settled of a part that is convicted already, is not named beside it.
bool is_named(const SlowPart& part, const std::vector<SlowPart>& parts, const LinkSpace& space) {
  return std::any_of(parts.begin(), parts.end(), [&](const SlowPart& other) {
    if (other.state != SlowPart::State::convicted) return false;
    if (other.rail != SlowPart::all_rails && other.rail != part.rail) return false;
    if (part.part == LinkPart::node || part.part == LinkPart::nic)
      return other.part == LinkPart::fabric_switch && other.subject == leaf_at(space, part.subject);
    return part.part == LinkPart::uplink &&
           (other.part == LinkPart::uplink || other.part == LinkPart::fabric_switch) &&
           other.subject == part.subject && other.peer == SlowPart::nobody;
  });
}

bool worse(const SlowPart& one, const SlowPart& other) {
  if (one.state != other.state) return one.state < other.state;
  return one.deficit > other.deficit;
}

}  // namespace

std::vector<SlowPart> name_parts(const LinkMeasurements& measured, const Look& look,
                                 const Decision& decision) {
  const Namer namer{measured, look};
  std::vector<SlowPart> parts;
  std::vector<const DecidedPath*> suspected;
  for (const DecidedSuspect& decided : decision.suspects) parts.push_back(namer.name(decided));
  for (const DecidedPath& decided : decision.paths) {
    if (decided.state == SlowPart::State::suspected)
      suspected.push_back(&decided);
    else
      parts.push_back(Namer::name(decided));
  }
  const auto listed =
      static_cast<std::ptrdiff_t>(std::min(suspected.size(), suspected_paths_at_most));
  std::partial_sort(
      suspected.begin(), suspected.begin() + listed, suspected.end(),
      [](const DecidedPath* one, const DecidedPath* other) { return one->level < other->level; });
  for (const DecidedPath* decided : std::span{suspected}.first(static_cast<std::size_t>(listed)))
    parts.push_back(Namer::name(*decided));
  namer.name_switches(parts);
  namer.name_cables(parts);
  parts = merge_rails_and_directions(std::move(parts), measured.space.rails);
  std::vector<SlowPart> named;
  for (const SlowPart& part : parts)
    if (part.state == SlowPart::State::convicted || !is_named(part, parts, measured.space))
      named.push_back(part);
  std::stable_sort(named.begin(), named.end(), worse);
  return named;
}

}  // namespace assay::results
