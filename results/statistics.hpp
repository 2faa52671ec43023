#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay::results {

struct Interval {
  double low = 0;
  double high = 0;
};

/// All of these take samples in any order, and need at least one.

/// Mean of the middle pair for an even count.
[[nodiscard]] double median(std::span<const double> samples);

/// The q-quantile, 0 <= q <= 1, linear between order statistics (type 7, as NumPy's default).
[[nodiscard]] double quantile(std::span<const double> samples, double q);

/// Distribution-free interval of the q-quantile, 0 < q < 1, from order statistics (binomial),
/// covering at least `confidence`; to the end of the range where there are too few samples for that
/// (of the median fewer than 6 at 95 %).
[[nodiscard]] Interval quantile_interval(std::span<const double> samples, double q,
                                         double confidence = 0.95);
[[nodiscard]] Interval median_interval(std::span<const double> samples, double confidence = 0.95);

/// Makes the median absolute deviation of a normal sample its standard deviation: 1 over the normal
/// distribution's upper quartile.
inline constexpr double normal_mad_scale = 1.4826;

/// 95 % of a normal distribution lie within so many sigmas of its middle.
inline constexpr double two_sided_95_z = 1.96;

/// Median absolute deviation from the median, scaled: estimates sigma of a normal sample.
[[nodiscard]] double scaled_mad(std::span<const double> samples);

/// Of every value, its distance from the others' median in units of their scaled MAD; the MAD is
/// not taken below `sigma_floor` (equal values would make any difference infinite).
[[nodiscard]] std::vector<double> robust_z(std::span<const double> values, double sigma_floor);

/// One-sided p-value of a standard normal z: P(Z <= z).
[[nodiscard]] double lower_tail(double z);

/// The same of Student's t: of a distance in sigmas that were estimated with so many degrees of
/// freedom (above 0).
[[nodiscard]] double lower_tail(double t, double degrees_of_freedom);

/// Benjamini-Hochberg: which of the hypotheses are rejected at false discovery rate `rate`.
[[nodiscard]] std::vector<bool> benjamini_hochberg(std::span<const double> p_values, double rate);

/// Samples that nothing disturbed, or all where fewer than `fast_minimum` are undisturbed.
/// `disturbed` is as long as `samples`, or empty.
[[nodiscard]] std::vector<double> undisturbed_samples(std::span<const double> samples,
                                                      std::span<const int> disturbed);

/// What a part can do, from times that others can only make longer: the low quantile
/// (`fast_quantile`) of the undisturbed samples.
[[nodiscard]] double fast_side(std::span<const double> samples, std::span<const int> disturbed);
inline constexpr double fast_quantile = 0.1;
inline constexpr std::size_t fast_minimum = 5;

}  // namespace assay::results
