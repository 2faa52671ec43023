#include "results/locate/envelope.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// Of so many cells one may lie above the envelope.
constexpr int cells_above_one = 4;

int cells_above(int cells) { return (cells - 1) / cells_above_one; }

EnvelopeNoise noise_of(int cells) {
  if (cells <= 1) return {};
  const boost::math::normal normal;
  constexpr double blom = 0.375;
  const double rank = cells - cells_above(cells);
  const double share = (rank - blom) / (cells + 1 - 2 * blom);
  const double z = boost::math::quantile(normal, share);
  return {z, std::sqrt(share * (1 - share) / (cells + 1)) / boost::math::pdf(normal, z)};
}

}  // namespace

Envelope upper_envelope(std::span<float> cells) {
  const auto count = static_cast<int>(cells.size());
  if (count == 0) return {std::numeric_limits<float>::quiet_NaN(), 0};
  const auto at = cells.begin() + cells_above(count);
  std::nth_element(cells.begin(), at, cells.end(), std::greater<>{});
  return {*at, count};
}

EnvelopeTable::EnvelopeTable(int most_cells) {
  for (int cells = 0; cells <= most_cells; ++cells) noise_.push_back(noise_of(cells));
}

float upper_median(std::span<float> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Bulk shortest_half(std::span<float> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = (values.size() - 1) / 2;
  std::size_t best = 0;
  for (std::size_t i = 1; i + half < values.size(); ++i)
    if (values[i + half] - values[i] < values[best + half] - values[best]) best = i;
  const double low = values[best];
  const double high = values[best + half];
  constexpr double few = 5.0;
  const double correction =
      values.size() > 1 ? 1.0 + few / static_cast<double>(values.size() - 1) : 1.0;
  return {(low + high) / 2, normal_mad_scale * correction * (high - low) / 2};
}

}  // namespace assay::results
