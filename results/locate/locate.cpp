#include "results/locate/locate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/locate/decide.hpp"
#include "results/locate/first_look.hpp"
#include "results/locate/look.hpp"
#include "results/locate/measure_again.hpp"
#include "results/locate/name_parts.hpp"
#include "results/locate/noise.hpp"
#include "results/locate/peer_repeats.hpp"
#include "results/locate/repeats.hpp"
#include "results/locate/shared_uplinks.hpp"

namespace assay::results {

namespace {

double largest_sigma(const NoiseByClass& noise, const Look& look) {
  double sigma = 0;
  for (std::size_t kind = 0; kind < noise.size(); ++kind)
    for (const RailLook& rail : look.rails())
      if (!std::isnan(rail.reference[kind])) sigma = std::max(sigma, noise[kind].sigma);
  return sigma;
}

Location describe(const LinkMeasurements& measured, const Look& look, const NoiseByClass& noise) {
  Location location;
  location.measured = measured.first.measured();
  location.noise = largest_sigma(noise, look);
  for (std::size_t kind = 0; kind < link_classes; ++kind)
    for (const RailLook& rail : look.rails())
      location.expected.push_back(std::exp(rail.reference[kind]));
  return location;
}

/// Below this share of what it was thought to be, the noise changes what is suspected.
constexpr double finer_noise = 0.8;

/// What remains suspected when nothing more can be measured stays undecided.
void settle(Location& location) {
  if (!location.measure_again.empty()) return;
  for (SlowPart& part : location.parts)
    if (part.state == SlowPart::State::suspected) part.state = SlowPart::State::undecided;
}

}  // namespace

/// Looks again where what is suspected made the noise look larger than it is.
FirstLook look_at_first(const LinkMeasurements& measured, const LocateOptions& options) {
  NoiseByClass noise = estimate_noise(measured);
  Look look{measured, noise, options};
  const NoiseByClass left = estimate_noise(measured, look);
  bool finer = false;
  for (std::size_t kind = 0; kind < noise.size(); ++kind)
    finer = finer || left[kind].sigma < finer_noise * noise[kind].sigma;
  if (!finer) return {noise, std::move(look)};
  return {left, Look{measured, left, options}};
}

Location locate(const LinkMeasurements& measured, const LocateOptions& options) {
  return locate_after(look_at_first(measured, options), measured, options);
}

Location locate_after(const FirstLook& first_look, const LinkMeasurements& measured,
                      const LocateOptions& options) {
  const auto& [noise, first] = first_look;
  Location location = describe(measured, first, noise);
  const auto conclude = [&, &first = first](const Look& look, Decision all) {
    const Decision decision = without_uneven_shares(std::move(all), measured.space);
    location.parts = name_parts(measured, look, decision);
    location.measure_again = links_to_measure_again(measured, first, look, decision, options);
    settle(location);
    return location;
  };
  if (measured.repeats.empty())
    return conclude(first, decide_locations(measured, options, first, {{}, {}, noise}));
  const std::vector<Sample> samples = compare_repeats(measured, first, noise);
  const Look again{measured, noise, options, better_rates(samples, measured.space, first), &first};
  const PeerRepeats peers{measured, first, samples};
  const NoiseByClass noise_again = noise_with_repeats(noise, samples, measured.space);
  return conclude(again, decide_locations(measured, options, again, {samples, peers, noise_again}));
}

}  // namespace assay::results
