#include "results/hops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "results/hops/edges.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// Fewer say nothing of how far sound parts are apart.
constexpr std::size_t peers_at_least = 3;
/// Sound parts' shares differ by so much for reasons that a few repetitions do not show.
constexpr double least_spread = 0.015;
/// Fewer are no repetitions.
constexpr std::size_t repetitions_at_least = 3;

/// A part's time as share of the collective's, by repetition.
struct Part {
  Culprit::Kind kind = Culprit::Kind::edge;
  int from = 0;
  int to = 0;
  std::vector<double> shares;
};

std::string name_of(const Part& part) {
  return part.kind == Culprit::Kind::rank ? fmt::format("rank {}", part.from)
                                          : fmt::format("{} -> {}", part.from, part.to);
}

/// What a mean edge's bytes take on each edge's link.
std::vector<Part> edge_parts(const HopTrace& trace) {
  const auto edges = edges_of(trace);
  double bytes = 0;
  for (const Edge& edge : edges) bytes += static_cast<double>(edge.bytes);
  std::vector<Part> parts;
  for (const Edge& edge : edges) {
    if (edge.bytes == 0) continue;
    const double scale =
        bytes / static_cast<double>(edges.size()) / static_cast<double>(edge.bytes);
    Part& part = parts.emplace_back(Part{Culprit::Kind::edge, edge.from, edge.to, {}});
    for (std::size_t i = 0; i < trace.total_s.size(); ++i)
      part.shares.push_back(edge.on_link_s[i] * scale / trace.total_s[i]);
  }
  return parts;
}

std::vector<Part> rank_parts(const HopTrace& trace) {
  std::vector<Part> parts;
  for (const RankBusy& rank : trace.ranks) {
    Part& part = parts.emplace_back(Part{Culprit::Kind::rank, rank.rank, rank.rank, {}});
    for (std::size_t i = 0; i < trace.total_s.size(); ++i)
      part.shares.push_back(rank.busy_s[i] / trace.total_s[i]);
  }
  return parts;
}

/// A part beside its peers.
struct Standing {
  const Part* part = nullptr;
  double cost = 0;         ///< median over the repetitions
  double steady_cost = 0;  ///< what as many repetitions as asked for show
  double peers = 0;        ///< their median share
  double p = 1;            ///< how likely a sound part stands out so far
};

std::vector<double> of_peers(const std::vector<double>& values, std::size_t own) {
  std::vector<double> others;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i != own) others.push_back(values[i]);
  return others;
}

std::vector<Standing> compare(const std::vector<Part>& parts, const HopOptions& options) {
  if (parts.size() <= peers_at_least) return {};
  const std::size_t repetitions = parts.front().shares.size();
  std::vector<double> centres;
  for (const Part& part : parts) centres.push_back(median(part.shares));
  std::vector<Standing> standings;
  for (std::size_t own = 0; own < parts.size(); ++own) {
    std::vector<double> costs;
    for (std::size_t i = 0; i < repetitions; ++i) {
      std::vector<double> at_once;
      for (const Part& part : parts) at_once.push_back(part.shares[i]);
      costs.push_back(parts[own].shares[i] - median(of_peers(at_once, own)));
    }
    const auto peers = of_peers(centres, own);
    const double of_repetitions = scaled_mad(costs) / std::sqrt(static_cast<double>(repetitions));
    const double spread = std::max({least_spread, scaled_mad(peers), of_repetitions});
    Standing& standing = standings.emplace_back();
    standing.part = &parts[own];
    standing.cost = median(costs);
    standing.steady_cost = quantile(costs, 1 - options.steadiness);
    standing.peers = median(peers);
    // Both tell how far sound parts are apart, and the wider of the two counts.
    const auto freedom = static_cast<double>(peers.size() - 1 + repetitions - 1);
    standing.p = lower_tail(-standing.cost / spread, freedom);
  }
  return standings;
}

bool stands_out(const Standing& standing, std::size_t tested, const HopOptions& options) {
  return standing.steady_cost >= options.least_cost &&
         standing.p * static_cast<double>(tested) <= options.false_alarm_rate;
}

std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

Culprit culprit_of(const Standing& standing, std::size_t tested, const HopTrace& trace) {
  const Part& part = *standing.part;
  Culprit culprit{part.kind, part.from, part.to, std::clamp(standing.cost, 0.0, 1.0), 0, 0, {}};
  culprit.deficit = standing.cost / (standing.peers + standing.cost);
  culprit.confidence = std::clamp(1 - standing.p * static_cast<double>(tested), 0.0, 1.0);
  const std::string share = percent(standing.peers + standing.cost);
  if (part.kind == Culprit::Kind::rank) {
    culprit.evidence.push_back(fmt::format(
        "rank {} was busy for {} of the time, its peers for {}: they waited while it was neither "
        "blocked nor starved",
        part.from, share, percent(standing.peers)));
    return culprit;
  }
  culprit.evidence.push_back(
      fmt::format("what rank {} starved for was on its way from rank {} for {} of the time; on "
                  "other edges for {}",
                  part.to, part.from, share, percent(standing.peers)));
  const double total = median(trace.total_s);
  double blocked = 0;
  double starved = 0;
  for (const Edge& edge : edges_of(trace))
    if (edge.from == part.from && edge.to == part.to) {
      blocked = edge.send_blocked_s / total;
      starved = edge.starved_s / total;
    }
  culprit.evidence.push_back(
      fmt::format("rank {} was blocked on sending for {}, rank {} starved for {}", part.from,
                  percent(blocked), part.to, percent(starved)));
  return culprit;
}

std::string why_none(const std::vector<Standing>& standings) {
  const auto most = std::ranges::max_element(standings, {}, &Standing::cost);
  return fmt::format("no hop stands out: at most {} costs {} of the time more than its peers",
                     name_of(*most->part), percent(std::max(0.0, most->cost)));
}

/// What costs less than this share of the worst may come of it: a rank that is busy all the time
/// takes the processor from those that share it. It is told once the worst is gone.
constexpr double minor_share = 0.25;

/// Whether `worse` makes `edge` slow, too. A rank that takes long to hand over keeps its edges
/// waiting. And transfers of long messages are agreed on: what the ends of a slow edge are asked
/// and answer about their other edges stands in the same queue.
bool explains(const Culprit& worse, const Culprit& edge) {
  if (edge.cost < minor_share * worse.cost) return true;
  if (edge.kind != Culprit::Kind::edge || worse.cost <= edge.cost) return false;
  if (worse.kind == Culprit::Kind::rank) return worse.from == edge.from;
  return worse.from == edge.to || worse.to == edge.from;
}

void drop_explained(std::vector<Culprit>& culprits) {
  const std::vector<Culprit> all = culprits;
  std::erase_if(culprits, [&](const Culprit& culprit) {
    return std::ranges::any_of(all, [&](const Culprit& worse) { return explains(worse, culprit); });
  });
}

}  // namespace

HopFindings find_culprits(const HopTrace& trace, const HopOptions& options) {
  if (trace.total_s.size() < repetitions_at_least ||
      std::ranges::any_of(trace.total_s, [](double total) { return total <= 0; }))
    return {{}, fmt::format("{} repetitions are too few to judge by", trace.total_s.size())};
  const auto edges = edge_parts(trace);
  const auto ranks = rank_parts(trace);
  auto standings = compare(edges, options);
  std::ranges::copy(compare(ranks, options), std::back_inserter(standings));
  if (standings.empty())
    return {{}, fmt::format("{} edges are too few to compare with each other", edges.size())};

  HopFindings findings;
  for (const Standing& standing : standings)
    if (stands_out(standing, standings.size(), options))
      findings.culprits.push_back(culprit_of(standing, standings.size(), trace));
  drop_explained(findings.culprits);
  std::ranges::stable_sort(findings.culprits, std::ranges::greater{}, &Culprit::cost);
  if (findings.culprits.empty()) findings.reason = why_none(standings);
  return findings;
}

}  // namespace assay::results
