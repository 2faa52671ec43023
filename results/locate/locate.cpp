#include "results/locate/locate.hpp"

#include <algorithm>
#include <cmath>

#include "results/locate/decide.hpp"
#include "results/locate/look.hpp"
#include "results/locate/measure_again.hpp"
#include "results/locate/name_parts.hpp"
#include "results/locate/noise.hpp"
#include "results/locate/repeats.hpp"

namespace assay::results {

namespace {

std::size_t count_measured(const LinkMeasurements& measured) {
  std::size_t count = 0;
  for (int rail = 0; rail < measured.space.rails; ++rail)
    for (int from = 0; from < measured.space.nodes; ++from)
      for (int to = 0; to < measured.space.nodes; ++to)
        if (from != to && measured.first.has({from, to, rail})) ++count;
  return count;
}

double largest_sigma(const NoiseByClass& noise, const Look& look) {
  double sigma = 0;
  for (std::size_t kind = 0; kind < noise.size(); ++kind)
    for (const RailLook& rail : look.rails())
      if (!std::isnan(rail.reference[kind])) sigma = std::max(sigma, noise[kind].sigma);
  return sigma;
}

Location describe(const LinkMeasurements& measured, const Look& look, const NoiseByClass& noise) {
  Location location;
  location.measured = count_measured(measured);
  location.noise = largest_sigma(noise, look);
  for (std::size_t kind = 0; kind < link_classes; ++kind)
    for (const RailLook& rail : look.rails())
      location.expected.push_back(std::exp(rail.reference[kind]));
  return location;
}

/// What remains suspected when nothing more can be measured stays undecided.
void settle(Location& location) {
  if (!location.measure_again.empty()) return;
  for (SlowPart& part : location.parts)
    if (part.state == SlowPart::State::suspected) part.state = SlowPart::State::undecided;
}

}  // namespace

Location locate(const LinkMeasurements& measured, const LocateOptions& options) {
  const NoiseByClass noise = estimate_noise(measured);
  const Look first{measured, noise, options, {}};
  Location location = describe(measured, first, noise);
  const auto conclude = [&](const Look& look, const Decision& decision) {
    location.parts = name_parts(measured, look, decision);
    location.measure_again = links_to_measure_again(measured, first, look, decision, options);
    settle(location);
    return location;
  };
  if (measured.repeats.empty())
    return conclude(first, decide_locations(measured, options, first, {}, noise));
  const std::vector<Sample> samples = compare_repeats(measured, first, noise);
  const Look again{measured, noise, options, better_rates(samples, measured.space, first)};
  return conclude(again, decide_locations(measured, options, again, samples,
                                          noise_with_repeats(noise, samples, measured.space)));
}

}  // namespace assay::results
