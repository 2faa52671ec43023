#include "results/locate/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "results/judge/series.hpp"
#include "results/locate/envelope.hpp"
#include "results/locate/look.hpp"

namespace assay::results {

namespace {

/// From fewer values no spread is read.
constexpr std::size_t values_with_spread = 4;
/// A class of fewer links than this shares the noise of all links.
constexpr std::size_t links_of_own_noise = 24;
/// More than this of one rail and class change nothing but the time it takes.
constexpr std::size_t sample_at_most = 16384;
/// Resolution of what is measured: no two measurements agree better for a reason.
constexpr double resolution = 1e-4;
/// Efficiency of the shortest half (as of the median absolute deviation) for normal noise: so many
/// values as good, of each.
constexpr double efficiency = 0.37;
/// Stands for a sigma that was not estimated.
constexpr double known = 1e6;

using Samples = std::array<std::vector<float>, link_classes>;

template <class Value>
Samples sample_rail(const LinkMeasurements& measured, int rail, const Value& value_of) {
  const auto nodes = static_cast<std::size_t>(measured.space.nodes);
  const std::size_t cells = nodes * nodes;
  // A step that shares no factor with the number of nodes meets all rows and columns alike.
  std::size_t step = std::max<std::size_t>(1, cells / (2 * sample_at_most));
  if (step > 1)
    while (std::gcd(step, nodes) != 1) ++step;
  Samples samples;
  for (std::size_t cell = 0; cell < cells; cell += step) {
    const LinkId link{static_cast<int>(cell / nodes), static_cast<int>(cell % nodes), rail};
    if (link.from == link.to || !measured.first.has(link)) continue;
    samples[index(class_of(measured.space, link))].push_back(value_of(link));
  }
  return samples;
}

template <class Value>
NoiseByClass noise_of_links(const LinkMeasurements& measured, const Value& value_of) {
  Samples deviations;
  std::vector<float> all;
  for (int rail = 0; rail < measured.space.rails; ++rail) {
    Samples samples = sample_rail(measured, rail, value_of);
    for (std::size_t kind = 0; kind < samples.size(); ++kind) {
      if (samples[kind].empty()) continue;
      const auto middle = static_cast<float>(shortest_half(samples[kind]).middle);
      for (const float value : samples[kind]) deviations[kind].push_back(value - middle);
    }
  }
  for (const auto& kind : deviations) all.insert(all.end(), kind.begin(), kind.end());
  NoiseByClass noise;
  for (std::size_t kind = 0; kind < deviations.size(); ++kind) {
    auto& values = deviations[kind].size() < links_of_own_noise ? all : deviations[kind];
    noise[kind] = noise_of_bulk(values, measured.noise_floor);
  }
  return noise;
}

}  // namespace

Noise noise_of_bulk(std::vector<float>& deviations, double floor) {
  const double least = std::max(floor, resolution);
  if (deviations.size() < values_with_spread) return {std::max(least, least_sigma), known};
  const double sigma = shortest_half(deviations).sigma;
  return {std::max(sigma, least), efficiency * static_cast<double>(deviations.size())};
}

NoiseByClass estimate_noise(const LinkMeasurements& measured) {
  return noise_of_links(measured,
                        [&](const LinkId& link) { return log_rate(measured.first.at(link)); });
}

NoiseByClass estimate_noise(const LinkMeasurements& measured, const Look& look) {
  return noise_of_links(measured, [&](const LinkId& link) {
    return log_rate(measured.first.at(link)) - look.rail(link.rail).levels.explained(link);
  });
}

}  // namespace assay::results
