#include "results/compare/change.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr double confidence = 0.95;

double mean_of(std::span<const RunFigures> runs, double RunFigures::*member) {
  double sum = 0;
  for (const RunFigures& run : runs) sum += run.*member;
  return sum / static_cast<double>(runs.size());
}

double squares_of(std::span<const RunFigures> runs) {
  const double mean = mean_of(runs, &RunFigures::median);
  double squares = 0;
  for (const RunFigures& run : runs) squares += (run.median - mean) * (run.median - mean);
  return squares;
}

std::optional<double> fast_change(std::span<const RunFigures> baseline,
                                  std::span<const RunFigures> candidate) {
  const auto mean = [](std::span<const RunFigures> runs) -> std::optional<double> {
    double sum = 0;
    for (const RunFigures& run : runs) {
      if (!run.fast) return std::nullopt;
      sum += *run.fast;
    }
    return sum / static_cast<double>(runs.size());
  };
  const auto before = mean(baseline);
  const auto after = mean(candidate);
  if (!before || !after) return std::nullopt;
  return *after - *before;
}

}  // namespace

std::optional<double> variance_between(std::span<const RunFigures> baseline,
                                       std::span<const RunFigures> candidate) {
  const std::size_t runs = baseline.size() + candidate.size();
  if (runs < 3) return std::nullopt;
  return (squares_of(baseline) + squares_of(candidate)) / static_cast<double>(runs - 2);
}

double typical_variance(std::span<const double> variances, std::size_t runs) {
  if (variances.empty() || runs < 3) return 0;
  const auto freedom = static_cast<double>(runs - 2);
  // The median of chi-squared lies below its mean, the number of degrees of freedom.
  const double middle = boost::math::quantile(boost::math::chi_squared{freedom}, 0.5) / freedom;
  return median(variances) / middle;
}

Change change_of(std::span<const RunFigures> baseline, std::span<const RunFigures> candidate,
                 const CellThresholds& thresholds, double typical) {
  const auto runs = static_cast<double>(baseline.size() + candidate.size());
  const double freedom = runs - 2;
  const double assumed = freedom > 0 ? thresholds.between_runs : thresholds.unrepeated;
  const auto mean_over_all = [&](double RunFigures::*member) {
    return (mean_of(baseline, member) * static_cast<double>(baseline.size()) +
            mean_of(candidate, member) * static_cast<double>(candidate.size())) /
           runs;
  };
  const double expected = std::max(assumed * assumed, typical) +
                          mean_over_all(&RunFigures::sampling) + mean_over_all(&RunFigures::drift);
  const double variance =
      (prior_degrees_of_freedom * expected + squares_of(baseline) + squares_of(candidate)) /
      (prior_degrees_of_freedom + freedom);
  const double error = std::sqrt(variance * (1.0 / static_cast<double>(baseline.size()) +
                                             1.0 / static_cast<double>(candidate.size())));
  const boost::math::students_t distribution{prior_degrees_of_freedom + freedom};
  const double reach = error * boost::math::quantile(distribution, (1 + confidence) / 2);

  Change change;
  change.change = mean_of(candidate, &RunFigures::median) - mean_of(baseline, &RunFigures::median);
  change.interval = {change.change - reach, change.change + reach};
  change.p_value = std::min(
      1.0, 2 * lower_tail(-std::abs(change.change) / error, prior_degrees_of_freedom + freedom));
  change.fast = fast_change(baseline, candidate);
  return change;
}

}  // namespace assay::results
