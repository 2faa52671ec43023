#pragma once

#include <array>

#include "results/locate/rail_matrix.hpp"

namespace assay::results {

/// What chance does to the logarithm of one link's rate.
struct Noise {
  double sigma = 0;
  double degrees_of_freedom = 0;  ///< that sigma was estimated with
};
using NoiseByClass = std::array<Noise, link_classes>;

/// From the bulk of each class's rates, over all rails, each against its own middle; never below
/// `measured.noise_floor`. A class of few links takes its noise from both.
[[nodiscard]] NoiseByClass estimate_noise(const LinkMeasurements& measured);

class Look;
/// The same of what is left when all that `look` suspects is taken off: where half of the links are
/// slow, nothing else tells noise from slowness.
[[nodiscard]] NoiseByClass estimate_noise(const LinkMeasurements& measured, const Look& look);

/// A relative spread of the values about their middle as noise: shared by first round and repeats.
[[nodiscard]] Noise noise_of_bulk(std::vector<float>& deviations, double floor);

}  // namespace assay::results
