#include "results/judge/lost_segments.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <optional>

#include "results/judge/link_suspects.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// Fewer are no measurement: connections were made, and the data went another way.
constexpr std::uint64_t segments_at_least = 500;
/// TCP over a path with a lost packet in a thousand reaches 40 segments per round trip at most
/// (Mathis et al. 1997: 1.22 / sqrt(p)), less than one host's send queue.
constexpr double lossy_share = 1e-3;
constexpr double times_usual = 10;
/// Single losses happen to anybody.
constexpr std::uint64_t lost_at_least = 5;
constexpr double most_of_its_links = 0.75;
/// Links of one part lose alike, within so many times; so do control messages to a part that loses
/// much make others look a little lossy, and are not held against them.
constexpr double alike = 4;
/// What no count is better than, for the arithmetic of links that lost nothing.
constexpr double least_share = 1e-6;

std::map<LinkId, LinkSegments> count_segments(const Run& run, const LinkTable& table) {
  std::map<LinkId, LinkSegments> links;
  for (const Record& record : run.records) {
    const auto sent = record.counters.find("segments_sent");
    const auto repeated = record.counters.find("segments_repeated");
    if (sent == record.counters.end() || repeated == record.counters.end()) continue;
    if (!is_link(run.info, record)) continue;
    const auto link = link_of(table, record);
    if (!link) continue;
    links[*link].sent += sent->second;
    const auto doubled = record.counters.find("segments_doubled");
    const std::uint64_t in_vain = doubled == record.counters.end() ? 0 : doubled->second;
    links[*link].lost += repeated->second - std::min(repeated->second, in_vain);
  }
  std::erase_if(links, [](const auto& entry) { return entry.second.sent < segments_at_least; });
  return links;
}

/// Every part that could be at fault for one of `lossy`, the smaller kinds first.
std::vector<SlowPart> candidates(const LinkTable& table, const std::vector<LinkId>& lossy) {
  std::vector<SlowPart> parts;
  const auto add = [&](LinkPart kind, int subject, int peer, int rail, Direction direction) {
    SlowPart part;
    part.part = kind;
    part.subject = subject;
    part.peer = peer;
    part.rail = rail;
    part.direction = direction;
    part.state = SlowPart::State::convicted;
    parts.push_back(part);
  };
  std::vector<int> rails{SlowPart::all_rails};
  if (table.has_rails())
    for (int rail = 0; rail < table.measured.space.rails; ++rail) rails.push_back(rail);
  for (const int rail : rails) {
    const bool all = rail == SlowPart::all_rails;
    for (const LinkId& link : lossy)
      if (all || link.rail == rail) add(LinkPart::path, link.from, link.to, rail, Direction::send);
    for (const Direction direction : {Direction::send, Direction::receive}) {
      for (int node = 0; node < table.measured.space.nodes; ++node)
        add(all ? LinkPart::node : LinkPart::nic, node, SlowPart::nobody, rail, direction);
      for (int leaf = 0; leaf < table.measured.space.leaves; ++leaf)
        add(LinkPart::uplink, leaf, SlowPart::nobody, rail, direction);
    }
  }
  return parts;
}

/// What a candidate would explain.
struct Explained {
  std::vector<LinkId> lossy;  ///< links that lose as the part's others do
  std::uint64_t lost = 0;     ///< segments, on all lossy links that the part covers
  std::size_t covered = 0;    ///< links that were measured, lossy or not
};

Explained explain(const LinkTable& table, const SlowPart& part, const std::vector<LinkId>& lossy,
                  const std::map<LinkId, LinkSegments>& links) {
  Explained found;
  LinkSegments sum;
  for (const LinkId& link : lossy) {
    if (!covers(table, part, link)) continue;
    found.lossy.push_back(link);
    sum.sent += links.at(link).sent;
    sum.lost += links.at(link).lost;
  }
  found.lost = sum.lost;
  std::erase_if(found.lossy,
                [&](const LinkId& link) { return links.at(link).share() * alike < sum.share(); });
  found.covered = static_cast<std::size_t>(std::ranges::count_if(
      links, [&](const auto& entry) { return covers(table, part, entry.first); }));
  return found;
}

/// A path covers one link; what is to be more must show on two.
bool is_enough(const SlowPart& part, const Explained& explained) {
  const auto lossy = static_cast<double>(explained.lossy.size());
  if (part.part == LinkPart::path) return !explained.lossy.empty();
  return explained.lossy.size() >= 2 &&
         lossy >= most_of_its_links * static_cast<double>(explained.covered);
}

LossyPart describe(const SlowPart& part, std::vector<LinkId> links,
                   const std::map<LinkId, LinkSegments>& segments, double usual) {
  LossyPart found;
  found.part = part;
  LinkSegments sum;
  for (const LinkId& link : links) {
    sum.sent += segments.at(link).sent;
    sum.lost += segments.at(link).lost;
  }
  std::ranges::sort(links, [&](const LinkId& one, const LinkId& other) {
    return segments.at(one).share() > segments.at(other).share();
  });
  found.part.evidence = std::move(links);
  found.share = sum.share();
  const double expected = std::max(usual, least_share) * static_cast<double>(sum.sent);
  found.confidence =
      1.0 - boost::math::gamma_p(static_cast<double>(sum.lost), expected);  // P(X >= count)
  return found;
}

/// The same part in both directions is one.
void join_directions(std::vector<LossyPart>& parts) {
  for (auto one = parts.begin(); one != parts.end(); ++one) {
    const auto is_other_way = [&](const LossyPart& other) {
      return other.part.part == one->part.part && other.part.subject == one->part.subject &&
             other.part.rail == one->part.rail && one->part.peer == SlowPart::nobody &&
             other.part.direction != one->part.direction;
    };
    const auto other = std::find_if(std::next(one), parts.end(), is_other_way);
    if (other == parts.end()) continue;
    one->part.direction = Direction::both;
    one->part.evidence.insert(one->part.evidence.end(), other->part.evidence.begin(),
                              other->part.evidence.end());
    one->share = std::max(one->share, other->share);
    one->confidence = std::max(one->confidence, other->confidence);
    parts.erase(other);
  }
}

}  // namespace

double average_cost(const Run& run, const SlowPart& part) {
  const auto table = link_table(run, LinkView::sustained);
  if (!table) return 0;
  struct Times {
    double sum = 0;
    int links = 0;
    [[nodiscard]] double mean() const { return sum / links; }
  };
  Times of_part;
  Times of_others;
  for (const auto& [link, record] : table->first) {
    Times& times = covers(*table, part, link) ? of_part : of_others;
    times.sum += 1.0 / static_cast<double>(table->measured.first.at(link));
    ++times.links;
  }
  if (of_part.links == 0 || of_others.links == 0) return 0;
  return std::clamp(1.0 - of_others.mean() / of_part.mean(), 0.0, 1.0);
}

Losses find_losses(const Run& run, const LinkTable& table, double least_cost) {
  Losses losses;
  losses.links = count_segments(run, table);
  if (losses.links.empty()) return losses;
  std::vector<double> shares;
  for (const auto& [link, segments] : losses.links) shares.push_back(segments.share());
  losses.usual = median(shares);
  const double line = std::max(lossy_share, times_usual * losses.usual);
  std::vector<LinkId> lossy;
  for (const auto& [link, segments] : losses.links)
    if (segments.lost >= lost_at_least && segments.share() >= line) lossy.push_back(link);
  while (!lossy.empty()) {
    std::optional<SlowPart> best;
    Explained by_best;
    for (const SlowPart& part : candidates(table, lossy)) {
      Explained explained = explain(table, part, lossy, losses.links);
      if (explained.lost <= by_best.lost || !is_enough(part, explained)) continue;
      best = part;
      by_best = std::move(explained);
    }
    if (!best) break;
    losses.parts.push_back(describe(*best, by_best.lossy, losses.links, losses.usual));
    const double share = losses.parts.back().share;
    std::erase_if(lossy, [&](const LinkId& link) {
      return covers(table, *best, link) || losses.links.at(link).share() * alike < share;
    });
  }
  join_directions(losses.parts);
  for (LossyPart& part : losses.parts) part.cost = average_cost(run, part.part);
  std::erase_if(losses.parts, [&](const LossyPart& part) { return part.cost < least_cost; });
  return losses;
}

}  // namespace assay::results
