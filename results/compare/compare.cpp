#include "results/compare/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "core/error.hpp"
#include "results/compare/cells.hpp"
#include "results/compare/change.hpp"
#include "results/compare/differences.hpp"
#include "results/compare/wording.hpp"
#include "results/statistics.hpp"
#include "results/text.hpp"

namespace assay::results {

namespace {

/// What one statistic says of a cell.
struct Witness : Change {
  bool is_significant = false;
};

/// A cell before it is decided.
struct Candidate {
  ComparedCell cell;
  Witness median;
  std::optional<Witness> fast;
};

ComparedCell::Side side_of(const CellRuns& cell) {
  double sum = 0;
  for (const RunFigure& run : cell.medians) sum += run.value;
  const double log = sum / static_cast<double>(cell.medians.size());
  return {std::exp(cell.unit == "s" ? log : -log), cell.medians.size(), cell.samples};
}

TimeChange share_of(const Change& logs) {
  return {std::expm1(logs.change),
          {std::expm1(logs.interval[0]), std::expm1(logs.interval[1])},
          logs.p_value};
}

const std::string& benchmark_of(const CellRuns& cell) { return cell.settings.front().value; }

/// Whether every run of both sides has samples.
bool has_fast_sides(const CellRuns& baseline, const CellRuns& candidate) {
  return baseline.fast.size() == baseline.medians.size() &&
         candidate.fast.size() == candidate.medians.size();
}

/// What runs of any cell of a group may be expected to differ by: variances.
struct Typical {
  double median = 0;
  double fast = 0;
};

Candidate compared(const std::string& name, const CellRuns& baseline, const CellRuns& candidate,
                   const CompareThresholds& thresholds, const Typical& typical) {
  const CellThresholds& of_cell = thresholds.of(benchmark_of(baseline));
  Candidate result;
  result.median = {change_of(baseline.medians, candidate.medians, of_cell, typical.median)};
  if (has_fast_sides(baseline, candidate))
    result.fast = {change_of(baseline.fast, candidate.fast, of_cell, typical.fast)};
  ComparedCell& cell = result.cell;
  cell.settings = baseline.settings;
  cell.name = name;
  cell.unit = baseline.unit;
  cell.median = share_of(result.median);
  if (result.fast) cell.fast = share_of(*result.fast);
  cell.threshold = of_cell.change;
  cell.baseline = side_of(baseline);
  cell.candidate = side_of(candidate);
  return result;
}

/// Cells of one benchmark have the same noise, where they ran on the same rank: a processor that
/// others share says nothing of the next one.
std::string noise_group_of(const CellRuns& cell) {
  std::string group = benchmark_of(cell);
  for (const Setting& setting : cell.settings)
    if (setting.name == "rank") group += "/" + setting.value;
  return group;
}

std::map<std::string, Typical> typical_variances(const std::map<std::string, CellRuns>& before,
                                                 const std::map<std::string, CellRuns>& after) {
  struct Variances {
    std::vector<double> medians;
    std::vector<double> fast;
  };
  std::map<std::string, Variances> variances;
  std::size_t runs = 0;
  for (const auto& [name, cell] : before) {
    const auto same = after.find(name);
    if (same == after.end()) continue;
    Variances& group = variances[noise_group_of(cell)];
    group.medians.push_back(variance_between(cell.medians, same->second.medians));
    if (has_fast_sides(cell, same->second))
      group.fast.push_back(variance_between(cell.fast, same->second.fast));
    runs = std::max(runs, cell.medians.size() + same->second.medians.size());
  }
  std::map<std::string, Typical> typical;
  for (const auto& [group, of] : variances)
    typical[group] = {typical_variance(of.medians, runs), typical_variance(of.fast, runs)};
  return typical;
}

/// Disturbances make samples longer, never shorter: what the fast side does not show may be theirs.
bool fast_side_agrees(const Candidate& candidate, double threshold) {
  constexpr double share_of_threshold = 0.5;
  constexpr double share_of_change = 0.25;
  if (!candidate.fast) return true;
  const double change = candidate.median.change;
  const double shown = change > 0 ? candidate.fast->change : -candidate.fast->change;
  return shown >= std::max(share_of_threshold * threshold, share_of_change * std::abs(change));
}

/// Where others disturb the median it may be off, but not so far that it excludes a change.
bool median_agrees(const Candidate& candidate, double threshold) {
  const auto& [low, high] = candidate.median.interval;
  return candidate.fast->change > 0 ? high >= threshold : low <= -threshold;
}

ChangeVerdict direction_of(const Change& change) {
  return change.change > 0 ? ChangeVerdict::slower : ChangeVerdict::faster;
}

void decide(Candidate& candidate) {
  ComparedCell& cell = candidate.cell;
  const double threshold = std::log1p(cell.threshold);
  const auto& [low, high] = candidate.median.interval;
  const auto moved = [&](const Witness& witness) {
    return witness.is_significant && std::abs(witness.change) >= threshold;
  };
  const bool median_moved = moved(candidate.median);
  if (median_moved && fast_side_agrees(candidate, threshold)) {
    cell.verdict = direction_of(candidate.median);
  } else if (candidate.fast && moved(*candidate.fast) && median_agrees(candidate, threshold)) {
    cell.verdict = direction_of(*candidate.fast);
    cell.by_fast_side = true;
    cell.reason = fmt::format("of the quickest tenth of the samples; the median: {} ({})",
                              signed_percent(cell.median.change), percent_range(cell.median));
  } else if (low > -threshold && high < threshold) {
    cell.verdict = ChangeVerdict::same;
  } else if (median_moved) {
    cell.reason = "the quickest samples did not change: another program may have used the machine";
  }
}

/// A cell is one hypothesis however many witnesses it has: the lesser p, times their number
/// (Bonferroni). Of a cell that is significant each witness is that would have been so alone.
void find_significant(std::vector<Candidate>& cells, double false_discovery_rate) {
  const auto corrected = [](const Candidate& cell, const Witness& witness) {
    return std::min(1.0, (cell.fast ? 2 : 1) * witness.p_value);
  };
  std::vector<double> p_values;
  for (const Candidate& cell : cells) {
    const double by_median = corrected(cell, cell.median);
    p_values.push_back(cell.fast ? std::min(by_median, corrected(cell, *cell.fast)) : by_median);
  }
  const auto significant = benjamini_hochberg(p_values, false_discovery_rate);
  double bar = -1;
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (significant[i]) bar = std::max(bar, p_values[i]);
  for (Candidate& cell : cells) {
    cell.median.is_significant = corrected(cell, cell.median) <= bar;
    if (cell.fast) cell.fast->is_significant = corrected(cell, *cell.fast) <= bar;
  }
}

void sort_by_interest(std::vector<ComparedCell>& cells) {
  std::ranges::sort(cells, [](const ComparedCell& a, const ComparedCell& b) {
    const auto key = [](const ComparedCell& cell) {
      return std::tuple{static_cast<int>(cell.verdict), -std::abs(cell.deciding().change),
                        cell.name};
    };
    return key(a) < key(b);
  });
}

void require_records(std::span<const Run> runs, std::string_view side) {
  if (runs.empty()) throw UsageError{fmt::format("the {} holds no run", side)};
  for (const Run& run : runs)
    if (run.records.empty())
      throw UsageError{fmt::format("run '{}' of the {} is empty: it has no records",
                                   printable(run.info.id), side)};
}

}  // namespace

std::string_view name_of(ChangeVerdict verdict) {
  constexpr std::array<std::string_view, 4> names{"slower", "faster", "unclear", "same"};
  return names[static_cast<std::size_t>(verdict)];
}

std::size_t Comparison::count(ChangeVerdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(cells, verdict, &ComparedCell::verdict));
}

Comparison compare_runs(std::span<const Run> baseline, std::span<const Run> candidate,
                        const CompareThresholds& thresholds) {
  require_records(baseline, "baseline");
  require_records(candidate, "candidate");
  const auto before = cells_of(baseline);
  const auto after = cells_of(candidate);
  Comparison comparison;
  comparison.differences = differences_of(baseline, candidate);
  for (const Run& run : candidate) comparison.start = std::max(comparison.start, run.info.start);
  const auto typical = typical_variances(before, after);
  std::vector<Candidate> found;
  for (const auto& [name, cell] : before) {
    const auto same = after.find(name);
    if (same == after.end()) {
      comparison.only_baseline.push_back(name);
      continue;
    }
    found.push_back(
        compared(name, cell, same->second, thresholds, typical.at(noise_group_of(cell))));
  }
  for (const auto& [name, cell] : after)
    if (!before.contains(name)) comparison.only_candidate.push_back(name);
  if (found.empty())
    throw UsageError{fmt::format(
        "the runs have no cell in common; baseline: {}; candidate: {}",
        before.empty() ? "nothing to compare" : printable(before.begin()->first) + ", ...",
        after.empty() ? "nothing to compare" : printable(after.begin()->first) + ", ...")};
  find_significant(found, thresholds.false_discovery_rate);
  for (Candidate& cell : found) {
    decide(cell);
    comparison.cells.push_back(std::move(cell.cell));
  }
  sort_by_interest(comparison.cells);
  for (const std::string& name : wrong_cells(candidate)) comparison.wrong.push_back(name);
  return comparison;
}

}  // namespace assay::results
