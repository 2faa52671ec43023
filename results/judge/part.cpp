#include "results/judge/part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// A relative distance from the reference that noise treats alike in both directions.
double log_ratio(const Comparison& round) { return std::log(round.rate / round.reference); }

std::vector<Comparison> rounds_of(const Part& part) {
  std::vector<Comparison> rounds{part.first};
  rounds.insert(rounds.end(), part.repeats.begin(), part.repeats.end());
  return rounds;
}

/// What is known of the noise that lasts as long as a whole measurement, which no sample of it
/// shows.
struct RoundNoise {
  double sigma = 0;    ///< 0 where nothing was measured again
  double freedom = 1;  ///< degrees of freedom it was estimated with
};

/// By how far the rounds of one part lie apart.
RoundNoise noise_of_rounds(const std::vector<Part>& family) {
  std::vector<double> distances;
  double freedom = 0;
  for (const Part& part : family) {
    if (part.repeats.empty()) continue;
    std::vector<double> ratios;
    for (const Comparison& round : rounds_of(part)) ratios.push_back(log_ratio(round));
    const auto count = static_cast<double>(ratios.size());
    const double mean = std::accumulate(ratios.begin(), ratios.end(), 0.0) / count;
    // Distances from a mean that the values themselves move are too short by this factor.
    const double correction = std::sqrt(count / (count - 1.0));
    for (const double ratio : ratios) distances.push_back(correction * std::abs(ratio - mean));
    // Peers show the same noise from the other side: of two parts, each is the other's mirror.
    const double peers = std::max(1, part.first.peers);
    freedom += (count - 1.0) * peers / (peers + 1.0);
  }
  if (distances.empty()) return {};
  return {normal_mad_scale * median(distances), std::max(1.0, freedom)};
}

/// Of one round: how likely a sound part looks as slow as this by chance, whichever noise is to
/// blame for it.
double p_value(const Comparison& round, const RoundNoise& noise) {
  // The median of few peers scatters, too: by about sigma / sqrt(peers).
  const double both = std::sqrt(1.0 + 1.0 / std::max(1, round.peers));
  const double by_samples = lower_tail(log_ratio(round) / (both * round.sigma));
  if (noise.sigma <= 0) return by_samples;
  return std::max(by_samples, lower_tail(log_ratio(round) / (both * noise.sigma), noise.freedom));
}

/// By the round that shows it least, as a part must stand out in all of them. Repeats are not
/// chosen for what they show: that each of them is at least as slow by chance is as likely as the
/// product.
double p_value(const Part& part, const RoundNoise& noise) {
  double p = 0;
  for (const Comparison& round : rounds_of(part)) p = std::max(p, p_value(round, noise));
  return std::pow(p, static_cast<double>(std::max<std::size_t>(1, part.repeats.size())));
}

double median_deficit(const Part& part) {
  std::vector<double> deficits;
  for (const Comparison& round : rounds_of(part)) deficits.push_back(round.deficit());
  return median(deficits);
}

/// True where peers show that sound parts differ as much, though less than a fault would.
bool within_spread_of_peers(const Part& part, bool stands_out, const JudgeOptions& options) {
  return !stands_out && part.first.peers >= peers_with_known_spread &&
         part.first.sigma < options.fail_deficit;
}

Finding decide_one(const Part& part, bool stands_out, double p, const JudgeOptions& options) {
  // Numbers of the arithmetic end here: no one is sure beyond one in a thousand.
  constexpr double surest = 0.999;
  const double first = part.first.deficit();
  Finding finding;
  finding.deficit = first;
  finding.confidence = std::min(1.0 - p, surest);
  if (first < options.fail_deficit) {
    if (first >= options.warn_deficit)
      finding.reason = fmt::format("{} below its peers; {} fails", percent(first),
                                   percent(options.fail_deficit));
    return finding;
  }
  const auto slow = static_cast<std::size_t>(std::count_if(
      part.repeats.begin(), part.repeats.end(),
      [&](const Comparison& repeat) { return repeat.deficit() >= options.fail_deficit; }));
  if ((part.repeats.empty() || slow < part.repeats.size()) &&
      within_spread_of_peers(part, stands_out, options)) {
    finding.reason = fmt::format("{} below its peers, within their spread", percent(first));
  } else if (part.repeats.size() < static_cast<std::size_t>(options.confirmations)) {
    finding.status = Status::inconclusive;
    finding.reason = fmt::format("{} below its peers, but not measured again", percent(first));
  } else if (slow == 0) {
    finding.reason = fmt::format("{} below its peers at first, sound in {} repeats", percent(first),
                                 part.repeats.size());
  } else if (slow < part.repeats.size()) {
    finding.status = Status::inconclusive;
    finding.reason =
        fmt::format("slow in {} of {} measurements", slow + 1, part.repeats.size() + 1);
  } else {
    finding.deficit = median_deficit(part);
    finding.status = stands_out ? Status::fail : Status::inconclusive;
    finding.reason = fmt::format("{} below its peers", percent(finding.deficit));
    if (!stands_out) finding.reason += ", but measurements are too noisy to be sure";
  }
  return finding;
}

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

std::vector<Finding> decide(const std::vector<Part>& family, const JudgeOptions& options) {
  std::vector<double> p_values;
  const RoundNoise noise = noise_of_rounds(family);
  for (const Part& part : family) p_values.push_back(p_value(part, noise));
  const auto stands_out = benjamini_hochberg(p_values, options.false_discovery_rate);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < family.size(); ++i)
    findings.push_back(decide_one(family[i], stands_out[i], p_values[i], options));
  return findings;
}

Series series_of(const Record& record, double work) {
  Series series;
  series.overall = work / *record.fast_s;
  series.uncertainty = fast_uncertainty(record);
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
  for (const Series* one : series) {
    overall.push_back(one->overall);
    uncertainties.push_back(one->uncertainty);
  }
  combined.overall = summary(overall);
  combined.uncertainty = median(uncertainties);
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

std::string percent(double share) {
  constexpr double fine_below = 0.1;
  return share < fine_below ? fmt::format("{:.1f} %", 100 * share)
                            : fmt::format("{:.0f} %", 100 * share);
}

}  // namespace assay::results
