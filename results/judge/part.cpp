#include "results/judge/part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

/// The median of few peers scatters, too: by about sigma / sqrt(peers).
double of_both_sides(double sigma, const Comparison& round) {
  return sigma * std::sqrt(1.0 + 1.0 / std::max(1, round.peers));
}

/// What is known of the noise that lasts as long as a whole measurement, which no sample of it
/// shows.
struct RoundNoise {
  double sigma = 0;    ///< 0 where nothing was measured again, or its samples explain all
  double freedom = 1;  ///< degrees of freedom it was estimated with
};

/// Of a part's rounds: how far each lies from their mean, beyond what the doubt in its own samples
/// explains. Rounds count for the mean by how sure they are, as in a meta-analysis with random
/// effects (DerSimonian & Laird 1986): one that says itself that it knows little is no witness.
std::vector<double> unexplained_distances(const Part& part) {
  const auto rounds = rounds_of(part);
  const auto count = static_cast<double>(rounds.size());
  double weights = 0;
  double weighted = 0;
  for (const Comparison& round : rounds) {
    const double weight = 1.0 / (round.sigma * round.sigma);
    weights += weight;
    weighted += weight * log_ratio(round);
  }
  // Squared distances from a mean that the values themselves move are too short by this factor.
  const double correction = count / (count - 1.0);
  std::vector<double> distances;
  for (const Comparison& round : rounds) {
    const double distance = log_ratio(round) - weighted / weights;
    const double explained = of_both_sides(round.sigma, round);
    distances.push_back(
        std::sqrt(std::max(0.0, correction * distance * distance - explained * explained)));
  }
  return distances;
}

/// By how far the rounds of one part lie apart.
RoundNoise noise_of_rounds(const std::vector<Part>& family) {
  std::vector<double> distances;
  double freedom = 0;
  for (const Part& part : family) {
    if (part.repeats.empty()) continue;
    const auto own = unexplained_distances(part);
    distances.insert(distances.end(), own.begin(), own.end());
    // Peers show the same noise from the other side: of two parts, each is the other's mirror.
    const double peers = std::max(1, part.first.peers);
    freedom += static_cast<double>(part.repeats.size()) * peers / (peers + 1.0);
  }
  if (distances.empty()) return {};
  return {normal_mad_scale * median(distances), std::max(1.0, freedom)};
}

/// Of one round: how likely a sound part looks as slow as this by chance, whichever noise is to
/// blame for it.
double p_value(const Comparison& round, const RoundNoise& noise) {
  const double by_samples = lower_tail(log_ratio(round) / of_both_sides(round.sigma, round));
  if (noise.sigma <= 0) return by_samples;
  const double all = of_both_sides(std::hypot(round.sigma, noise.sigma), round);
  return std::max(by_samples, lower_tail(log_ratio(round) / all, noise.freedom));
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

std::string percent(double share) {
  constexpr double fine_below = 0.1;
  return share < fine_below ? fmt::format("{:.1f} %", 100 * share)
                            : fmt::format("{:.0f} %", 100 * share);
}

}  // namespace assay::results
