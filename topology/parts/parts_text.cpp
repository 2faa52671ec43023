#include <fmt/format.h>

#include <algorithm>

#include "core/printable.hpp"
#include "core/utf8.hpp"
#include "topology/parts/parts.hpp"

namespace assay::topology {

namespace {

/// Names come from files: nothing in them may move a terminal's cursor or turn the writing.
std::string clean(std::string_view text) { return printable(valid_utf8(text)); }

std::string gigabytes(double bytes_per_s) { return fmt::format("{:.3g} GB/s", bytes_per_s / 1e9); }

std::string told(const PartLink& link) {
  std::string text = clean(link.detail);
  if (link.bytes_per_s)
    text += fmt::format("{}{}", text.empty() ? "" : " = ", gigabytes(*link.bytes_per_s));
  return text;
}

std::string name_of(const Part& part) { return clean(fmt::format("{} {}", part.kind, part.name)); }

void add_lines(const Parts& parts, const std::vector<std::vector<int>>& children, int part,
               int depth, std::string& text) {
  const Part& here = parts.parts[static_cast<std::size_t>(part)];
  text += fmt::format("{}{}", std::string(static_cast<std::size_t>(2 * depth), ' '), name_of(here));
  if (!here.detail.empty()) text += fmt::format("  ({})", clean(here.detail));
  if (const PartLink* link = parts.uplink_of(part); link != nullptr && !told(*link).empty())
    text += fmt::format("  {}{}", told(*link), link->is_degraded() ? "  DEGRADED" : "");
  text += '\n';
  for (const int child : children[static_cast<std::size_t>(part)])
    add_lines(parts, children, child, depth + 1, text);
}

}  // namespace

std::string parts_text(const Parts& parts) {
  std::vector<std::vector<int>> children(parts.parts.size());
  std::vector<int> roots;
  for (std::size_t i = 0; i < parts.parts.size(); ++i) {
    const int parent = parts.parts[i].parent;
    (parent == Part::top ? roots : children[static_cast<std::size_t>(parent)])
        .push_back(static_cast<int>(i));
  }
  std::string text;
  for (const int root : roots) add_lines(parts, children, root, 0, text);
  const auto part = [&](int index) {
    return name_of(parts.parts[static_cast<std::size_t>(index)]);
  };
  const auto is_uplink = [&](const PartLink& link) {
    return parts.parts[static_cast<std::size_t>(link.from)].parent == link.to ||
           parts.parts[static_cast<std::size_t>(link.to)].parent == link.from;
  };
  const auto ends = [&](const PartLink& link) {
    return fmt::format("{} - {}", part(link.from), part(link.to));
  };
  for (const PartLink& link : parts.links)
    if (!is_uplink(link)) text += fmt::format("{}  {} {}\n", ends(link), link.kind, told(link));
  for (const PartLink& link : parts.links)
    if (link.is_degraded())
      text += fmt::format("degraded: {} runs at {}, {:.0f} % of what both ends can do\n",
                          is_uplink(link) ? part(link.from) : link.kind + " " + ends(link),
                          told(link), 100 * *link.bytes_per_s / *link.both_ends_allow);
  return text;
}

}  // namespace assay::topology
