#include "results/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>
#include <ranges>

namespace assay::results {

namespace {

std::vector<double> sorted(std::span<const double> samples) {
  std::vector<double> copy(samples.begin(), samples.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

double quantile_of_sorted(const std::vector<double>& samples, double q) {
  const double position = q * static_cast<double>(samples.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, samples.size() - 1);
  const double share = position - static_cast<double>(below);
  return samples[below] + share * (samples[above] - samples[below]);
}

}  // namespace

double median(std::span<const double> samples) { return quantile(samples, 0.5); }

double quantile(std::span<const double> samples, double q) {
  return quantile_of_sorted(sorted(samples), q);
}

Interval quantile_interval(std::span<const double> samples, double q, double confidence) {
  const auto ordered = sorted(samples);
  const std::size_t n = ordered.size();
  const boost::math::binomial_distribution<double> below{static_cast<double>(n), q};
  const double tail = (1 - confidence) / 2;
  // The k-th smallest lies above the quantile where fewer than k samples fall below that, and
  // below it where k or more do.
  const auto fewer_than = [&](std::size_t k) {
    return boost::math::cdf(below, static_cast<double>(k - 1));
  };
  const auto ranks = std::views::iota(std::size_t{1}, n + 1);
  const auto low =
      std::ranges::partition_point(ranks, [&](std::size_t k) { return fewer_than(k) <= tail; });
  const auto high =
      std::ranges::partition_point(ranks, [&](std::size_t k) { return 1 - fewer_than(k) > tail; });
  const auto lower = static_cast<std::size_t>(low - ranks.begin());
  const auto higher = static_cast<std::size_t>(high - ranks.begin());
  return {ordered[lower == 0 ? 0 : lower - 1], ordered[std::min(higher, n - 1)]};
}

Interval median_interval(std::span<const double> samples, double confidence) {
  return quantile_interval(samples, 0.5, confidence);
}

double scaled_mad(std::span<const double> samples) {
  const double middle = median(samples);
  std::vector<double> distances;
  for (const double sample : samples) distances.push_back(std::abs(sample - middle));
  return normal_mad_scale * median(distances);
}

std::vector<double> robust_z(std::span<const double> values, double sigma_floor) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<double> others;
    for (std::size_t j = 0; j < values.size(); ++j)
      if (j != i) others.push_back(values[j]);
    if (others.empty()) {
      scores.push_back(0);
      continue;
    }
    const double sigma = std::max(scaled_mad(others), sigma_floor);
    scores.push_back((values[i] - median(others)) / sigma);
  }
  return scores;
}

double lower_tail(double z) { return boost::math::cdf(boost::math::normal{}, z); }

double lower_tail(double t, double degrees_of_freedom) {
  return boost::math::cdf(boost::math::students_t{degrees_of_freedom}, t);
}

std::vector<bool> benjamini_hochberg(std::span<const double> p_values, double rate) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::size_t rejected = 0;
  const auto count = static_cast<double>(p_values.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    if (p_values[order[i]] <= rate * static_cast<double>(i + 1) / count) rejected = i + 1;
  std::vector<bool> result(p_values.size(), false);
  for (std::size_t i = 0; i < rejected; ++i) result[order[i]] = true;
  return result;
}

std::vector<double> undisturbed_samples(std::span<const double> samples,
                                        std::span<const int> disturbed) {
  std::vector<double> undisturbed;
  for (std::size_t i = 0; i < disturbed.size(); ++i)
    if (disturbed[i] == 0) undisturbed.push_back(samples[i]);
  if (undisturbed.size() >= fast_minimum) return undisturbed;
  return {samples.begin(), samples.end()};
}

double fast_side(std::span<const double> samples, std::span<const int> disturbed) {
  return quantile(undisturbed_samples(samples, disturbed), fast_quantile);
}

}  // namespace assay::results
