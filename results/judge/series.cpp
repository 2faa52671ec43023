#include "results/judge/series.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// The samples of each turn. The whole record is one where its turns are not known.
std::vector<std::vector<double>> turns_of(const Record& record) {
  std::vector<std::vector<double>> turns;
  auto next = record.samples_s.begin();
  for (const int count : record.passes) {
    turns.emplace_back(next, next + count);
    next += count;
  }
  std::erase_if(turns, [](const auto& turn) { return turn.empty(); });
  if (turns.empty() && !record.samples_s.empty()) turns.push_back(record.samples_s);
  return turns;
}

/// Too few turns to be split: half the width between low quantiles around the fast one, which is
/// more than its error where samples are many.
double doubt_by_quantiles(const Record& record) {
  constexpr double below = 0.05;
  constexpr double above = 0.20;
  return (quantile(record.samples_s, above) - quantile(record.samples_s, below)) / 2.0;
}

/// How far the fast sides of groups of turns are apart, every fourth turn in one: samples of one
/// turn are alike, and counting them would make the fast side look surer than it is.
double doubt_by_groups(const std::vector<std::vector<double>>& turns, std::size_t groups) {
  std::vector<double> fast;
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<double> samples;
    for (std::size_t turn = group; turn < turns.size(); turn += groups)
      samples.insert(samples.end(), turns[turn].begin(), turns[turn].end());
    fast.push_back(quantile(samples, fast_quantile));
  }
  double sum = 0;
  const double mean = std::accumulate(fast.begin(), fast.end(), 0.0) / static_cast<double>(groups);
  for (const double value : fast) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(groups * (groups - 1)));  // standard error of the mean
}

/// Relative standard error of a record's fast side.
double fast_uncertainty(const Record& record) {
  if (record.samples_s.empty() || !record.fast_s || *record.fast_s <= 0) return 1.0;
  constexpr std::size_t groups = 4;
  const auto turns = turns_of(record);
  const double doubt =
      turns.size() < 2 * groups ? doubt_by_quantiles(record) : doubt_by_groups(turns, groups);
  return std::min(1.0, doubt / *record.fast_s);
}

}  // namespace

double undisturbed_share(const Record& record) {
  if (record.disturbed.empty()) return 1.0;
  return static_cast<double>(std::count(record.disturbed.begin(), record.disturbed.end(), 0)) /
         static_cast<double>(record.disturbed.size());
}

Series series_of(const Record& record, double work) {
  Series series;
  series.overall = work / *record.fast_s;
  series.uncertainty = fast_uncertainty(record);
  series.undisturbed = undisturbed_share(record);
  const std::span<const double> samples{record.samples_s};
  const std::span<const int> disturbed{record.disturbed};
  std::size_t begin = 0;
  for (const int count : record.passes) {
    const auto length = static_cast<std::size_t>(count);
    if (length > 0)
      series.rates.push_back(
          work / fast_side(samples.subspan(begin, length),
                           disturbed.empty() ? disturbed : disturbed.subspan(begin, length)));
    begin += length;
  }
  if (series.rates.empty()) series.rates.push_back(series.overall);
  return series;
}

Series combine(const std::vector<const Series*>& series, Summary summary) {
  std::size_t turns = series.front()->rates.size();
  for (const Series* one : series) turns = std::min(turns, one->rates.size());
  Series combined;
  std::vector<double> overall;
  std::vector<double> uncertainties;
  std::vector<double> undisturbed;
  for (const Series* one : series) {
    undisturbed.push_back(one->undisturbed);
    overall.push_back(one->overall);
    uncertainties.push_back(one->uncertainty);
  }
  combined.overall = summary(overall);
  combined.uncertainty = median(uncertainties);
  combined.undisturbed = median(undisturbed);
  for (std::size_t turn = 0; turn < turns; ++turn) {
    std::vector<double> rates;
    for (const Series* one : series) rates.push_back(one->rates[turn]);
    combined.rates.push_back(summary(rates));
  }
  return combined;
}

namespace {

/// A ratio of a part to its peers, and how far it may be off.
struct Ratio {
  double logarithm = 0;
  double doubt = 0;
};

/// Turn by turn: what slows the whole machine for a while slows both sides.
Ratio ratio_by_turns(const Series& own, const Series& reference) {
  const std::size_t turns = std::min(own.rates.size(), reference.rates.size());
  std::vector<double> ratios;
  for (std::size_t turn = 0; turn < turns; ++turn)
    ratios.push_back(std::log(own.rates[turn] / reference.rates[turn]));
  // The standard error of a median is that of a mean times sqrt(pi/2), for a normal sample.
  constexpr double median_error = 1.2533;
  // The spread of so few turns is not known well enough to be relied on.
  constexpr std::size_t turns_needed = 3;
  if (turns < turns_needed) return {median(ratios), 1.0};
  return {median(ratios),
          median_error * scaled_mad(ratios) / std::sqrt(static_cast<double>(turns))};
}

/// By the fast side of all samples: where the machine is in its fast state for a few samples of
/// each part only, they are spread over turns that have nothing in common.
Ratio ratio_overall(const Series& own, const Series& reference) {
  return {std::log(own.overall / reference.overall),
          std::hypot(own.uncertainty, reference.uncertainty)};
}

}  // namespace

Comparison compare_with(const Series& own, const std::vector<const Series*>& peers) {
  const Series reference = combine(peers, median);
  const Ratio by_turns = ratio_by_turns(own, reference);
  const Ratio overall = ratio_overall(own, reference);
  // Turns that agree are the best witness: the machine's state cancels in each. Where they do not,
  // what disturbs a measurement only ever slows it, so the better of the two is nearer the truth.
  constexpr double turns_agree = 0.035;  // half of what fails
  const bool by_turns_is_better =
      by_turns.doubt < turns_agree || by_turns.logarithm > overall.logarithm;
  const Ratio& better = by_turns_is_better ? by_turns : overall;
  std::vector<double> peer_levels;
  for (const Series* peer : peers) peer_levels.push_back(std::log(peer->overall));
  return {own.overall, own.overall / std::exp(better.logarithm),
          std::max({least_sigma, better.doubt, scaled_mad(peer_levels)}),
          static_cast<int>(peers.size())};
}

}  // namespace assay::results
