#include "results/judge/located_links.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "results/judge/link_suspects.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

using State = SlowPart::State;

/// How slow what pairs share is: by the medians of the links that pass it, against those of the
/// links across leaves that pass nothing slow.
double shared_deficit(const LinkTable& table, const SlowPart& part,
                      const std::vector<SlowPart>& parts) {
  std::vector<double> passing;
  std::vector<double> others;
  for (const auto& [link, record] : table.first) {
    if (table.measured.space.same_leaf(link)) continue;
    if (covers(table, part, link))
      passing.push_back(median_rate(*record));
    else if (std::ranges::none_of(parts,
                                  [&](const SlowPart& one) { return covers(table, one, link); }))
      others.push_back(median_rate(*record));
  }
  if (passing.empty() || others.empty()) return part.deficit;
  return std::max(part.deficit, 1.0 - median(passing) / median(others));
}

bool is_open_uplink(const SlowPart& part) {
  return part.part == LinkPart::uplink && part.state != State::convicted;
}

bool is_same(const SlowPart& one, const SlowPart& other) {
  const auto identity = [](const SlowPart& part) {
    return std::tie(part.part, part.subject, part.peer, part.rail, part.direction);
  };
  return identity(one) == identity(other);
}

void ask_medians(const Run& run, const LocateOptions& options, Location& location) {
  const auto table = link_table(run, LinkView::shared);
  if (!table) return;
  const Location shared = locate(table->measured, options);
  for (SlowPart& part : location.parts) {
    if (!is_open_uplink(part)) continue;
    for (const SlowPart& other : shared.parts)
      if (is_same(part, other) && other.state == State::convicted) part = other;
  }
  const bool any_suspected = std::ranges::any_of(
      location.parts, [](const SlowPart& part) { return part.state == State::suspected; });
  if (!any_suspected) location.measure_again.clear();
}

}  // namespace

Location locate_links(const Run& run, const LinkTable& table, LinkView view,
                      const LocateOptions& options) {
  Location location = locate(table.measured, options);
  if (view == LinkView::apart && std::ranges::any_of(location.parts, is_open_uplink))
    ask_medians(run, options, location);
  for (SlowPart& part : location.parts)
    if (part.part == LinkPart::uplink) part.deficit = shared_deficit(table, part, location.parts);
  return location;
}

}  // namespace assay::results
