#include "results/locate/peer_repeats.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace assay::results {

namespace {

/// Of fewer the spread may be anything.
constexpr std::size_t values_with_spread = 16;
/// The variance by the values below the middle alone: its own variance, of n values, is so many
/// times its square over n.
constexpr double variance_of_variance_below = 5.0;
/// By so many standard errors it must be more before it is believed.
constexpr double z_of_clearly_more = 3.0;

/// Of values in ascending order; one more is counted than was seen.
double share_as_slow(std::span<const float> values, double level) {
  const auto as_slow = std::ranges::upper_bound(values, static_cast<float>(level)) - values.begin();
  return static_cast<double>(as_slow + 1) / static_cast<double>(values.size() + 1);
}

}  // namespace

PeerRepeats::PeerRepeats(const LinkMeasurements& measured, const Look& first,
                         std::span<const Sample> samples) {
  for (const Sample& sample : samples) {
    if (!is_peer(measured, first, sample.link)) continue;
    by_class_[index(class_of(measured.space, sample.link))].push_back(sample.value);
    all_.push_back(sample.value);
  }
  for (Values& values : by_class_) std::ranges::sort(values);
  std::ranges::sort(all_);
}

const PeerRepeats::Values& PeerRepeats::values(LinkClass kind) const {
  const Values& own = by_class_[index(kind)];
  return own.size() < values_with_spread ? all_ : own;
}

Noise PeerRepeats::noise(LinkClass kind, const Noise& noise) const {
  const Values& found = values(kind);
  if (found.size() < values_with_spread) return noise;
  const auto count = static_cast<double>(found.size());
  double squares = 0;
  for (const double value : found) squares += value < 0 ? value * value : 0;
  const double variance = 2 * squares / count;
  const double doubt = std::sqrt(variance_of_variance_below / count);
  if (variance <= noise.sigma * noise.sigma * (1 + z_of_clearly_more * doubt)) return noise;
  return {std::sqrt(variance), 2 * count / variance_of_variance_below};
}

double PeerRepeats::chance_of(LinkClass kind, std::span<const RoundValue> rounds) const {
  const Values& found = values(kind);
  if (found.empty() || rounds.empty()) return 0;
  double sum = 0;
  double most = 0;
  for (const RoundValue& round : rounds) {
    const double chance = share_as_slow(found, round.value);
    sum -= std::log(chance);
    most = std::max(most, chance);
  }
  const int count = static_cast<int>(std::ssize(rounds));
  constexpr double tests = 2;
  // Fisher's method: of `count` uniform chances the sum of -log has a gamma distribution.
  const double together = boost::math::gamma_q(count, sum);
  return tests * std::min(together, std::pow(most, count));
}

}  // namespace assay::results
