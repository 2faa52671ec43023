#include "results/compare/run_figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// Variance of a median over that of a mean, of a normal sample: pi / 2.
constexpr double median_inefficiency = 1.5708;
constexpr std::size_t stretches = 8;
constexpr std::size_t least_in_stretch = 5;

/// The middle of a record as a logarithm, and its unit.
struct Central {
  double log = 0;
  std::string_view unit;
};
std::optional<Central> central_of(const Record& record) {
  if (const auto seconds = central_s(record); seconds && *seconds > 0)
    return Central{std::log(*seconds), "s"};
  const auto bandwidth = record.algorithm_bandwidth_bytes_per_s;
  if (bandwidth && *bandwidth > 0) return Central{-std::log(*bandwidth), "bytes_per_s"};
  const auto rate = record.rate_flop_per_s;
  if (rate && *rate > 0) return Central{-std::log(*rate), "flop_per_s"};
  return std::nullopt;
}

std::vector<double> logs_of(const std::vector<double>& seconds) {
  std::vector<double> logs;
  for (const double sample : seconds)
    if (sample > 0) logs.push_back(std::log(sample));
  return logs;
}

double variance_of(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / (count - 1);
}

/// The variance of the mean of so many stretches over that of one of them: 1 / n where they are
/// independent of each other, more where each is like the one before, at most 1.
/// Source  an autoregressive process of order 1, as Law: Simulation Modeling and Analysis,
///         chapter 9, has it.
double share_in_mean(const std::vector<double>& medians) {
  const auto count = static_cast<double>(medians.size());
  const double mean = std::accumulate(medians.begin(), medians.end(), 0.0) / count;
  double squares = 0;
  double products = 0;
  for (std::size_t i = 0; i < medians.size(); ++i) {
    squares += (medians[i] - mean) * (medians[i] - mean);
    if (i > 0) products += (medians[i - 1] - mean) * (medians[i] - mean);
  }
  const double likeness = squares > 0 ? std::max(0.0, products / squares) : 0;
  return std::min(1.0, (1 + likeness) / (1 - likeness) / count);
}

double squared_error(const Interval& interval) {
  const double error = (interval.high - interval.low) / (2 * two_sided_95_z);
  return error * error;
}

/// From medians of stretches of samples taken one after the other, which may be off by chance.
double drift_of(const std::vector<double>& logs) {
  const std::size_t length = std::max(least_in_stretch, logs.size() / stretches);
  std::vector<double> medians;
  double chance = 0;
  for (std::size_t from = 0; from + length <= logs.size(); from += length) {
    const std::span<const double> stretch{logs.data() + from, length};
    medians.push_back(median(stretch));
    const double sigma = scaled_mad(stretch);
    chance += median_inefficiency * sigma * sigma / static_cast<double>(length);
  }
  if (medians.size() < 2) return 0;
  const double of_one = variance_of(medians) - chance / static_cast<double>(medians.size());
  return std::max(0.0, of_one) * share_in_mean(medians);
}

}  // namespace

bool is_comparable(const Record& record) {
  return record.confirmation == 0 && !record.trace && central_of(record).has_value();
}

RunFigures run_figures(std::span<const Record* const> records) {
  std::vector<double> samples;
  std::vector<int> disturbed;
  for (const Record* record : records) {
    samples.insert(samples.end(), record->samples_s.begin(), record->samples_s.end());
    disturbed.insert(disturbed.end(), record->disturbed.begin(), record->disturbed.end());
  }
  const auto logs = logs_of(samples);
  RunFigures figures;
  figures.samples = samples.size();
  if (logs.size() < samples.size() || logs.empty()) {
    std::vector<double> centres;
    for (const Record* record : records) centres.push_back(central_of(*record)->log);
    figures.median.value = median(centres);
    figures.unit = central_of(*records.front())->unit;
    return figures;
  }
  figures.median = {median(logs), squared_error(median_interval(logs)), drift_of(logs)};
  if (disturbed.size() != samples.size()) disturbed.clear();
  const auto undisturbed = undisturbed_samples(logs, disturbed);
  figures.fast = {quantile(undisturbed, fast_quantile),
                  squared_error(quantile_interval(undisturbed, fast_quantile))};
  return figures;
}

}  // namespace assay::results
