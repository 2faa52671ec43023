#include "results/judge/link_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "results/judge/series.hpp"
#include "results/judge/subjects.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

int place_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

/// Nodes are numbered in the order of their first ranks.
LinkTable empty_table(const RunInfo& info) {
  LinkTable table;
  for (const NetworkInfo::Leaf& leaf : info.network->leaves) table.leaves.push_back(leaf.name);
  for (const RankIdentity& identity : info.ranks) {
    const int leaf = info.network->leaf_of(identity.host);
    if (leaf < 0 || place_of(table.nodes, identity.host) >= 0) continue;
    table.nodes.push_back(identity.host);
    table.measured.space.leaf_of.push_back(leaf);
  }
  table.rails = info.network->rails;
  if (table.rails.empty()) table.rails.emplace_back();
  LinkSpace& space = table.measured.space;
  space.nodes = static_cast<int>(table.nodes.size());
  space.leaves = static_cast<int>(table.leaves.size());
  space.rails = static_cast<int>(table.rails.size());
  table.measured.first = RateMatrix{space};
  return table;
}

bool belongs(const Record& record, LinkView view) {
  const bool together = record.concurrent_rails.value_or(1) > 1;
  return together == (view == LinkView::together);
}

struct LinkRate {
  double rate = 0;
  double doubt = 0;  ///< relative standard error
};

/// From the fast side of the samples: others only ever slow a measurement down.
LinkRate able_to(const Record& record) {
  const Series series = series_of(record, static_cast<double>(*record.size_bytes));
  return {series.overall, series.uncertainty};
}

/// From the median: the fast side is from when others let go of what they share.
LinkRate shared(const Record& record) {
  const double rate = median_rate(record);
  if (!record.interval_s) return {rate, 0};
  const auto [low, high] = *record.interval_s;
  return {rate, (high - low) / (2 * two_sided_95_z) / *record.median_s};
}

/// From the mean of all samples; its error from how far turns are apart.
LinkRate sustained(const Record& record) {
  std::vector<double> turns;
  auto next = record.samples_s.begin();
  for (const int count : record.passes) {
    if (count > 0) turns.push_back(std::reduce(next, next + count) / count);
    next += count;
  }
  const double mean = std::reduce(record.samples_s.begin(), record.samples_s.end()) /
                      static_cast<double>(record.samples_s.size());
  const double rate = static_cast<double>(*record.size_bytes) / mean;
  if (turns.size() < 2) return {rate, 0};
  double squares = 0;
  for (const double turn : turns) squares += (turn - mean) * (turn - mean);
  const auto count = static_cast<double>(turns.size());
  return {rate, std::sqrt(squares / (count * (count - 1))) / mean};
}

LinkRate rate_in(LinkView view, const Record& record) {
  if (view == LinkView::sustained) return sustained(record);
  return view == LinkView::shared ? shared(record) : able_to(record);
}

}  // namespace

bool is_link(const RunInfo& info, const Record& record) {
  return info.network && record.benchmark == "pair" && record.from && record.to &&
         record.from != record.to && record.fast_s && *record.fast_s > 0 && record.median_s &&
         record.size_bytes;
}

double median_rate(const Record& record) {
  return static_cast<double>(*record.size_bytes) / *record.median_s;
}

std::optional<LinkTable> link_table(const Run& run, LinkView view) {
  if (!run.info.network) return std::nullopt;
  LinkTable table = empty_table(run.info);
  LinkMeasurements& measured = table.measured;
  std::map<int, std::vector<Repeat>> repeats;
  std::vector<double> doubts;
  for (const Record& record : run.records) {
    if (!is_link(run.info, record) || !belongs(record, view)) continue;
    const auto place = link_of(table, record);
    if (!place) continue;
    const LinkId& link = *place;
    const LinkRate found = rate_in(view, record);
    const auto rate = static_cast<float>(found.rate);
    if (record.confirmation == 0) {
      measured.first.at(link) = rate;
      table.first[link] = &record;
      doubts.push_back(found.doubt);
    } else {
      repeats[record.confirmation].push_back({link, rate});
    }
  }
  if (table.first.empty()) return std::nullopt;
  for (auto& [round, links] : repeats) measured.repeats.push_back(std::move(links));
  measured.noise_floor = median(doubts);
  return table;
}

std::optional<LinkId> link_of(const LinkTable& table, const Record& record) {
  const LinkId link{place_of(table.nodes, *record.from), place_of(table.nodes, *record.to),
                    place_of(table.rails, record.rail.value_or(table.rails[0]))};
  if (link.from < 0 || link.to < 0 || link.rail < 0) return std::nullopt;
  return link;
}

std::string link_name(const LinkTable& table, const LinkId& link) {
  const std::string name = table.node(link.from) + "->" + table.node(link.to);
  return table.has_rails()
             ? fmt::format("{} rail {}", name, table.rails[static_cast<std::size_t>(link.rail)])
             : name;
}

}  // namespace assay::results
