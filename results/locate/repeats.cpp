#include "results/locate/repeats.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// Of fewer differences the spread may be anything.
constexpr std::size_t differences_with_spread = 16;

bool by_rail_and_link(const Sample& one, const Sample& other) {
  return before_in_memory(one.link, other.link);
}

/// What the sound links of a round did, against the first round.
struct Drift {
  double value = 0;
  double peers = 0;

  [[nodiscard]] float variance(double sigma) const {
    if (peers == 0) return static_cast<float>(sigma * sigma);
    // The median of normal values has pi/2 times the variance of their mean.
    const double factor = peers > 2 ? std::numbers::pi / 2 : 1;
    return static_cast<float>(factor * sigma * sigma / peers);
  }
};

Drift drift_of(const std::vector<double>& peers) {
  if (peers.empty()) return {};
  return {median(peers), static_cast<double>(peers.size())};
}

/// The samples of a round, held against the references of the first round.
std::vector<Sample> raw_samples(const LinkMeasurements& measured, const Look& look, int round) {
  std::vector<Sample> samples;
  samples.reserve(measured.repeats[static_cast<std::size_t>(round)].size());
  for (const Repeat& repeat : measured.repeats[static_cast<std::size_t>(round)]) {
    const auto kind = index(class_of(measured.space, repeat.link));
    const double reference = look.rail(repeat.link.rail).reference[kind];
    const double value = log_rate(repeat.rate) - reference;
    if (std::isfinite(value)) samples.push_back({repeat.link, round, static_cast<float>(value), 0});
  }
  return samples;
}

void take_off_drift(std::vector<Sample>& samples, const LinkMeasurements& measured,
                    const Look& first, const NoiseByClass& noise) {
  const LinkSpace& space = measured.space;
  const auto rails = static_cast<std::size_t>(space.rails);
  std::vector<std::vector<double>> peers(rails * link_classes);
  std::vector<double> all;
  const auto place = [&](const LinkId& link) {
    return index(class_of(space, link)) * rails + static_cast<std::size_t>(link.rail);
  };
  for (const Sample& sample : samples) {
    if (!is_peer(measured, first, sample.link)) continue;
    peers[place(sample.link)].push_back(sample.value);
    all.push_back(sample.value);
  }
  const Drift of_all = drift_of(all);
  std::vector<Drift> drifts;
  for (const auto& values : peers) drifts.push_back(values.empty() ? of_all : drift_of(values));
  for (Sample& sample : samples) {
    const Drift& drift = drifts[place(sample.link)];
    sample.value -= static_cast<float>(drift.value);
    sample.drift_variance = drift.variance(noise[index(class_of(space, sample.link))].sigma);
  }
}

}  // namespace

bool is_peer(const LinkMeasurements& measured, const Look& first, const LinkId& link) {
  return measured.first.has(link) && first.rail(link.rail).is_sound(link);
}

std::vector<Sample> compare_repeats(const LinkMeasurements& measured, const Look& first,
                                    const NoiseByClass& noise) {
  std::vector<Sample> samples;
  for (int round = 0; round < static_cast<int>(measured.repeats.size()); ++round) {
    auto of_round = raw_samples(measured, first, round);
    take_off_drift(of_round, measured, first, noise);
    // Links come as they were asked for: in order.
    if (!std::ranges::is_sorted(of_round, by_rail_and_link))
      std::ranges::stable_sort(of_round, by_rail_and_link);
    const auto so_far = std::ssize(samples);
    samples.insert(samples.end(), of_round.begin(), of_round.end());
    std::inplace_merge(samples.begin(), samples.begin() + so_far, samples.end(), by_rail_and_link);
  }
  return samples;
}

std::span<const Sample> of_rail(std::span<const Sample> samples, int rail) {
  const auto begin = std::partition_point(samples.begin(), samples.end(),
                                          [&](const Sample& one) { return one.link.rail < rail; });
  const auto end = std::partition_point(begin, samples.end(),
                                        [&](const Sample& one) { return one.link.rail == rail; });
  return {begin, end};
}

std::vector<BetterRate> better_rates(std::span<const Sample> samples, const LinkSpace& space,
                                     const Look& look) {
  std::vector<BetterRate> rates;
  std::vector<double> values;
  for_each_link(samples, [&](std::span<const Sample> of_link) {
    const LinkId link = of_link.front().link;
    const double reference = look.rail(link.rail).reference[index(class_of(space, link))];
    double middle = of_link.front().value;
    if (of_link.size() > 1) {
      values.clear();
      for (const Sample& sample : of_link) values.push_back(sample.value);
      middle = median(values);
    }
    rates.push_back({link, static_cast<float>(middle + reference)});
  });
  return rates;
}

NoiseByClass noise_with_repeats(const NoiseByClass& noise, std::span<const Sample> samples,
                                const LinkSpace& space) {
  std::array<std::vector<float>, link_classes> differences;
  for_each_link(samples, [&](std::span<const Sample> of_link) {
    auto& kind = differences[index(class_of(space, of_link.front().link))];
    for (std::size_t i = 1; i < of_link.size(); ++i)
      kind.push_back((of_link[i].value - of_link[i - 1].value) / std::numbers::sqrt2_v<float>);
  });
  NoiseByClass found = noise;
  for (std::size_t kind = 0; kind < found.size(); ++kind) {
    if (differences[kind].size() < differences_with_spread) continue;
    const Noise again = noise_of_bulk(differences[kind], 0);
    found[kind].sigma = std::max(noise[kind].sigma, again.sigma);
    found[kind].degrees_of_freedom += again.degrees_of_freedom;
  }
  return found;
}

}  // namespace assay::results
