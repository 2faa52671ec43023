#include "results/judge/link_suspects.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "results/judge/part.hpp"
#include "results/quantity.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr const char* unit = "bytes_per_s";
/// More evidence than this tells a reader nothing new.
constexpr std::size_t evidence_at_most = 5;
/// Sound partners that a command line names: two tell the ends apart, one more is for luck.
constexpr std::size_t partners_named = 3;

struct PartWords {
  LinkPart part;
  const char* kind;
};
constexpr std::array words{PartWords{LinkPart::path, "path"}, PartWords{LinkPart::nic, "nic"},
                           PartWords{LinkPart::node, "node"}, PartWords{LinkPart::uplink, "uplink"},
                           PartWords{LinkPart::fabric_switch, "switch"}};

const char* kind_of(LinkPart part) {
  return std::ranges::find(words, part, &PartWords::part)->kind;
}

const char* direction_of(Direction direction) {
  if (direction == Direction::both) return "both";
  return direction == Direction::send ? "send" : "receive";
}

bool is_of_leaf(const SlowPart& part) {
  return part.part == LinkPart::uplink || part.part == LinkPart::fabric_switch;
}

/// Whether a link from `from` to `to` (nodes, or leaves) passes through the part.
bool passes(const SlowPart& part, int from, int to) {
  const bool sends = part.subject == from && (part.peer == SlowPart::nobody || part.peer == to);
  const bool receives = part.subject == to && (part.peer == SlowPart::nobody || part.peer == from);
  return (sends && part.direction != Direction::receive) ||
         (receives && part.direction != Direction::send);
}

std::string name_of_part(const LinkTable& table, const SlowPart& part) {
  const auto number = static_cast<std::size_t>(part.subject);
  return is_of_leaf(part) ? table.leaves[number] : table.nodes[number];
}

std::vector<std::string> names_of(const LinkTable& table, const std::vector<int>& nodes) {
  std::vector<std::string> names;
  for (const int node : nodes) names.push_back(table.node(node));
  return names;
}

/// What a link reached at first; in the repeats, where the first round left it out.
double rate_of(const LinkMeasurements& measured, const LinkId& link) {
  if (measured.first.has(link)) return measured.first.at(link);
  std::vector<double> rates;
  for (const auto& round : measured.repeats)
    for (const Repeat& repeat : round)
      if (repeat.link == link) rates.push_back(repeat.rate);
  return median(rates);
}

/// The node at fault, or one that shows the fault, and some that showed it: enough to see it again.
std::string command_to_repeat(const LinkTable& table, const SlowPart& part) {
  std::vector<std::string> nodes;
  const auto add = [&](int node) {
    if (std::ranges::find(nodes, table.node(node)) == nodes.end())
      nodes.push_back(table.node(node));
  };
  if (!is_of_leaf(part)) add(part.subject);
  if (part.part == LinkPart::path) add(part.peer);
  for (const LinkId& link : part.evidence) {
    if (nodes.size() >= partners_named) break;
    add(link.from);
    add(link.to);
  }
  for (const int node : part.confirming)
    if (nodes.size() < partners_named) add(node);
  return fmt::format("re-run with --nodes {}", fmt::join(nodes, ","));
}

}  // namespace

bool covers(const LinkTable& table, const SlowPart& part, const LinkId& link) {
  if (part.rail != SlowPart::all_rails && part.rail != link.rail) return false;
  const auto leaf_of = [&](int node) {
    return table.measured.space.leaf_of[static_cast<std::size_t>(node)];
  };
  if (!is_of_leaf(part)) return passes(part, link.from, link.to);
  if (part.part == LinkPart::uplink && leaf_of(link.from) == leaf_of(link.to)) return false;
  return passes(part, leaf_of(link.from), leaf_of(link.to));
}

std::string part_name(const LinkTable& table, const SlowPart& part) {
  std::string name = fmt::format("{} {}", kind_of(part.part), name_of_part(table, part));
  if (part.rail != SlowPart::all_rails && table.has_rails())
    name += " rail " + table.rails[static_cast<std::size_t>(part.rail)];
  if (part.peer != SlowPart::nobody)
    name += " to " + (is_of_leaf(part) ? table.leaves[static_cast<std::size_t>(part.peer)]
                                       : table.node(part.peer));
  else if (part.direction == Direction::both)
    name += ", both ways";
  else
    name += part.direction == Direction::send ? ", sending" : ", receiving";
  return name;
}

Suspect name_part(const LinkTable& table, const SlowPart& part) {
  Suspect suspect;
  suspect.kind = kind_of(part.part);
  suspect.name = name_of_part(table, part);
  suspect.direction = direction_of(part.direction);
  if (part.peer != SlowPart::nobody)
    suspect.peer = is_of_leaf(part) ? table.leaves[static_cast<std::size_t>(part.peer)]
                                    : table.node(part.peer);
  if (part.rail != SlowPart::all_rails && table.has_rails())
    suspect.rail = table.rails[static_cast<std::size_t>(part.rail)];
  if (!is_of_leaf(part)) suspect.host = suspect.name;
  return suspect;
}

std::string action_of(const LinkTable& table, const SlowPart& part, const Suspect& suspect) {
  const std::string again = command_to_repeat(table, part);
  switch (part.part) {
    case LinkPart::node:
      return fmt::format("check cable and port of {}; {}", suspect.name, again);
    case LinkPart::nic:
      return fmt::format("check the card, cable and port of rail {} on {}; {}",
                         suspect.rail.value_or("?"), suspect.name, again);
    case LinkPart::path:
      return fmt::format("check the way between {} and {} (routing, one cable of several); {}",
                         suspect.name, suspect.peer.value_or("?"), again);
    case LinkPart::uplink:
      return fmt::format("check cables and ports between {} and the switches above it; {}",
                         suspect.name, again);
    case LinkPart::fabric_switch:
      return fmt::format("check switch {} itself: ports, congestion, settings", suspect.name);
  }
  return again;
}

Suspect suspect_of(const LinkTable& table, const SlowPart& part, const Location& location,
                   const NetworkInfo& network) {
  Suspect suspect = name_part(table, part);
  suspect.layer = "hardware";
  suspect.deficit = std::clamp(part.deficit, 0.0, 1.0);
  // No one is sure beyond one in a thousand: numbers of the arithmetic end here.
  suspect.confidence = std::clamp(part.confidence, 0.0, surest);
  const std::size_t rails = table.rails.size();
  for (std::size_t i = 0; i < std::min(part.evidence.size(), evidence_at_most); ++i) {
    const LinkId& link = part.evidence[i];
    const std::size_t of_class = table.measured.space.same_leaf(link) ? 0 : rails;
    suspect.evidence.push_back(fmt::format(
        "{} {}, peers {}", link_name(table, link), quantity(rate_of(table.measured, link), unit),
        quantity(location.expected[of_class + static_cast<std::size_t>(link.rail)], unit)));
  }
  if (!part.confirming.empty())
    suspect.evidence.push_back(
        fmt::format("confirmed with {}", fmt::join(names_of(table, part.confirming), ", ")));
  if (is_of_leaf(part) && network.source == "guessed")
    suspect.evidence.emplace_back("which nodes share a leaf was guessed from latencies");
  suspect.action = action_of(table, part, suspect);
  return suspect;
}

Suspect suspect_below_profile(const LinkTable& table, const LinkId& link, const Check& check) {
  Suspect suspect;
  suspect.kind = "path";
  suspect.name = table.node(link.from);
  suspect.peer = table.node(link.to);
  if (table.has_rails()) suspect.rail = table.rails[static_cast<std::size_t>(link.rail)];
  suspect.host = suspect.name;
  suspect.layer = "hardware";
  suspect.deficit = std::clamp(1.0 - check.measured->value / check.expected->value, 0.0, 1.0);
  // A floor is a stated figure, not a statistic.
  suspect.confidence = 0.99;
  suspect.evidence.push_back(
      fmt::format("{} {}, {} {}", check.subject, quantity(check.measured->value, unit),
                  check.expected->source, quantity(check.expected->value, unit)));
  suspect.action = fmt::format("check the way between {} and {}, and whether the profile fits",
                               suspect.name, *suspect.peer);
  return suspect;
}

}  // namespace assay::results
