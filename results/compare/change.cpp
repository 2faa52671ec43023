#include "results/compare/change.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr double confidence = 0.95;

double mean_of(std::span<const RunFigure> runs, double RunFigure::*member) {
  double sum = 0;
  for (const RunFigure& run : runs) sum += run.*member;
  return sum / static_cast<double>(runs.size());
}

double squares_of(std::span<const RunFigure> runs) {
  const double mean = mean_of(runs, &RunFigure::value);
  double squares = 0;
  for (const RunFigure& run : runs) squares += (run.value - mean) * (run.value - mean);
  return squares;
}

/// Of what so many runs on two sides differ by.
double degrees_of_freedom(std::size_t runs) { return runs > 2 ? static_cast<double>(runs - 2) : 1; }

}  // namespace

double variance_between(std::span<const RunFigure> baseline, std::span<const RunFigure> candidate) {
  const std::size_t runs = baseline.size() + candidate.size();
  if (runs > 2) return (squares_of(baseline) + squares_of(candidate)) / degrees_of_freedom(runs);
  const double difference = candidate[0].value - baseline[0].value;
  return difference * difference / 2;
}

double typical_variance(std::span<const double> variances, std::size_t runs) {
  if (variances.empty()) return 0;
  const double freedom = degrees_of_freedom(runs);
  constexpr double share = 0.75;
  const double chance = boost::math::quantile(boost::math::chi_squared{freedom}, share) / freedom;
  return quantile(variances, share) / chance;
}

Change change_of(std::span<const RunFigure> baseline, std::span<const RunFigure> candidate,
                 const CellThresholds& thresholds, double typical) {
  const auto runs = static_cast<double>(baseline.size() + candidate.size());
  const double shown = runs - 2;  // degrees of freedom of what runs differ by
  const bool is_known = shown > 0 || thresholds.unrepeated.has_value();
  const double assumed = shown > 0
                             ? thresholds.between_runs
                             : std::max(thresholds.between_runs, thresholds.unrepeated.value_or(0));
  const double weight = is_known ? prior_degrees_of_freedom : 1;
  const auto mean_over_all = [&](double RunFigure::*member) {
    return (mean_of(baseline, member) * static_cast<double>(baseline.size()) +
            mean_of(candidate, member) * static_cast<double>(candidate.size())) /
           runs;
  };
  const double expected = std::max(assumed * assumed, typical) +
                          mean_over_all(&RunFigure::sampling) + mean_over_all(&RunFigure::drift);
  const double variance =
      (weight * expected + squares_of(baseline) + squares_of(candidate)) / (weight + shown);
  const double error = std::sqrt(variance * (1.0 / static_cast<double>(baseline.size()) +
                                             1.0 / static_cast<double>(candidate.size())));
  const boost::math::students_t distribution{weight + shown};
  constexpr double nobody_knows = 20;  // e^20 times as long
  const double reach =
      std::min(nobody_knows, error * boost::math::quantile(distribution, (1 + confidence) / 2));

  Change change;
  change.change = mean_of(candidate, &RunFigure::value) - mean_of(baseline, &RunFigure::value);
  change.interval = {change.change - reach, change.change + reach};
  if (is_known)
    change.p_value =
        std::min(1.0, 2 * lower_tail(-std::abs(change.change) / error, weight + shown));
  return change;
}

}  // namespace assay::results
