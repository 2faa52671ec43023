#include "results/locate/parts_merging.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace assay::results {

namespace {

using Key = std::tuple<LinkPart, SlowPart::State, int, int, int>;

template <class KeyOf>
std::map<Key, std::vector<const SlowPart*>> groups_by(const std::vector<SlowPart>& parts,
                                                      const KeyOf& key_of) {
  std::map<Key, std::vector<const SlowPart*>> groups;
  for (const SlowPart& part : parts) groups[key_of(part)].push_back(&part);
  return groups;
}

std::vector<SlowPart> merge_rails(const std::vector<SlowPart>& parts, int rails) {
  std::vector<SlowPart> found;
  const auto groups = groups_by(parts, [](const SlowPart& part) {
    return Key{part.part, part.state, part.subject, part.peer, static_cast<int>(part.direction)};
  });
  for (const auto& [key, group] : groups) {
    std::set<int> slow_rails;
    for (const SlowPart* part : group) slow_rails.insert(part->rail);
    if (std::ssize(slow_rails) < rails) {
      for (const SlowPart* part : group) found.push_back(*part);
      continue;
    }
    SlowPart name = *group.front();
    name.rail = SlowPart::all_rails;
    found.push_back(merged(name, group));
  }
  return found;
}

/// Between two nodes or leaves, there and back are two directions of one part.
bool is_between_two(const SlowPart& part) { return part.peer != SlowPart::nobody; }

std::vector<SlowPart> merge_directions(const std::vector<SlowPart>& parts) {
  std::vector<SlowPart> found;
  const auto groups = groups_by(parts, [](const SlowPart& part) {
    const bool two = is_between_two(part);
    const int first = two ? std::min(part.subject, part.peer) : part.subject;
    const int second = two ? std::max(part.subject, part.peer) : part.peer;
    return Key{part.part, part.state, first, second, part.rail};
  });
  for (const auto& [key, group] : groups) {
    SlowPart name = *group.front();
    const bool both = std::any_of(group.begin(), group.end(), [&](const SlowPart* part) {
      return part->direction != name.direction || part->subject != name.subject;
    });
    if (both) {
      name.direction = Direction::both;
      std::tie(std::ignore, std::ignore, name.subject, name.peer, std::ignore) = key;
    }
    found.push_back(merged(name, group));
  }
  return found;
}

}  // namespace

SlowPart merged(SlowPart name, const std::vector<const SlowPart*>& parts) {
  double sum = 0;
  name.confidence = 1;
  std::vector<std::vector<LinkId>> evidence;
  std::set<int> confirming;
  for (const SlowPart* part : parts) {
    sum += part->deficit;
    name.confidence = std::min(name.confidence, part->confidence);
    evidence.push_back(part->evidence);
    confirming.insert(part->confirming.begin(), part->confirming.end());
  }
  name.deficit = sum / static_cast<double>(parts.size());
  name.evidence.clear();
  // The worst of each part, then the second of each.
  for (std::size_t i = 0; i < evidence_at_most; ++i)
    for (const auto& links : evidence)
      if (i < links.size() && name.evidence.size() < evidence_at_most)
        name.evidence.push_back(links[i]);
  name.confirming.assign(confirming.begin(), confirming.end());
  return name;
}

std::vector<SlowPart> merge_rails_and_directions(std::vector<SlowPart> parts, int rails) {
  auto found = merge_directions(merge_rails(parts, rails));
  for (SlowPart& part : found)
    if (part.part == LinkPart::node && part.rail != SlowPart::all_rails) part.part = LinkPart::nic;
  return found;
}

}  // namespace assay::results
