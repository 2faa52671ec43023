#include "results/judge/part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// z of all rounds of a part together (Stouffer: the sum of independent z over the root of their
/// number).
double combined_z(const Part& part) {
  double sum = part.first.z();
  for (const Comparison& repeat : part.repeats) sum += repeat.z();
  return sum / std::sqrt(static_cast<double>(1 + part.repeats.size()));
}

double median_deficit(const Part& part) {
  std::vector<double> deficits{part.first.deficit()};
  for (const Comparison& repeat : part.repeats) deficits.push_back(repeat.deficit());
  return median(deficits);
}

Finding decide_one(const Part& part, bool stands_out, double p, const JudgeOptions& options) {
  // Numbers of the arithmetic end here: no one is sure beyond one in a thousand.
  constexpr double surest = 0.999;
  const double first = part.first.deficit();
  Finding finding;
  finding.deficit = first;
  finding.confidence = std::min(1.0 - p, surest);
  if (first < options.fail_deficit) {
    if (first >= options.warn_deficit)
      finding.reason = fmt::format("{} below its peers; {} fails", percent(first),
                                   percent(options.fail_deficit));
    return finding;
  }
  const auto slow = static_cast<std::size_t>(std::count_if(
      part.repeats.begin(), part.repeats.end(),
      [&](const Comparison& repeat) { return repeat.deficit() >= options.fail_deficit; }));
  if (part.repeats.size() < static_cast<std::size_t>(options.confirmations)) {
    finding.status = Status::inconclusive;
    finding.reason = fmt::format("{} below its peers, but not measured again", percent(first));
  } else if (slow == 0) {
    finding.reason = fmt::format("{} below its peers at first, sound in {} repeats", percent(first),
                                 part.repeats.size());
  } else if (slow < part.repeats.size()) {
    finding.status = Status::inconclusive;
    finding.reason =
        fmt::format("slow in {} of {} measurements", slow + 1, part.repeats.size() + 1);
  } else {
    finding.deficit = median_deficit(part);
    finding.status = stands_out ? Status::fail : Status::inconclusive;
    finding.reason = fmt::format("{} below its peers", percent(finding.deficit));
    if (!stands_out) finding.reason += ", but measurements are too noisy to be sure";
  }
  return finding;
}

}  // namespace

double Comparison::z() const { return std::log(rate / reference) / sigma; }

std::vector<Finding> decide(const std::vector<Part>& family, const JudgeOptions& options) {
  std::vector<double> p_values;
  for (const Part& part : family) p_values.push_back(lower_tail(combined_z(part)));
  const auto stands_out = benjamini_hochberg(p_values, options.false_discovery_rate);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < family.size(); ++i)
    findings.push_back(decide_one(family[i], stands_out[i], p_values[i], options));
  return findings;
}

double fast_uncertainty(const Record& record) {
  if (record.samples_s.empty() || !record.fast_s || *record.fast_s <= 0) return 1.0;
  constexpr double below = 0.05;  // quantiles around fast_quantile
  constexpr double above = 0.20;
  const std::span<const double> all{record.samples_s};
  const double width = (quantile(all, above) - quantile(all, below)) / 2.0;
  const auto half = all.size() / 2;
  const double change = half == 0 ? 0
                                  : std::abs(quantile(all.first(half), fast_quantile) -
                                             quantile(all.subspan(half), fast_quantile)) /
                                        2.0;
  return std::min(1.0, std::max(width, change) / *record.fast_s);
}

Comparison compare_with(double rate, double uncertainty, const std::vector<double>& peers) {
  std::vector<double> logarithms;
  for (const double peer : peers) logarithms.push_back(std::log(peer));
  return {rate, median(peers), std::max({least_sigma, uncertainty, scaled_mad(logarithms)})};
}

std::string percent(double share) {
  constexpr double fine_below = 0.1;
  return share < fine_below ? fmt::format("{:.1f} %", 100 * share)
                            : fmt::format("{:.0f} %", 100 * share);
}

}  // namespace assay::results
