#include "results/compare/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "core/error.hpp"
#include "results/compare/cells.hpp"
#include "results/compare/change.hpp"
#include "results/compare/differences.hpp"
#include "results/statistics.hpp"
#include "results/text.hpp"

namespace assay::results {

namespace {

/// A cell before it is known which changes are significant.
struct Candidate {
  ComparedCell cell;
  Change change;
};

ComparedCell::Side side_of(const std::vector<RunFigures>& runs) {
  ComparedCell::Side side;
  double sum = 0;
  for (const RunFigures& run : runs) {
    sum += run.median;
    side.samples += run.samples;
  }
  side.runs = runs.size();
  const double log = sum / static_cast<double>(runs.size());
  side.median = std::exp(runs.front().unit == "s" ? log : -log);
  return side;
}

const std::string& benchmark_of(const CellRuns& cell) { return cell.settings.front().value; }

Candidate compared(const std::string& name, const CellRuns& baseline, const CellRuns& candidate,
                   const CompareThresholds& thresholds, double typical) {
  const CellThresholds& of_cell = thresholds.of(benchmark_of(baseline));
  Candidate result;
  result.change = change_of(baseline.runs, candidate.runs, of_cell, typical);
  ComparedCell& cell = result.cell;
  cell.settings = baseline.settings;
  cell.name = name;
  cell.unit = baseline.runs.front().unit;
  cell.change = std::expm1(result.change.change);
  cell.interval = {std::expm1(result.change.interval[0]), std::expm1(result.change.interval[1])};
  cell.p_value = result.change.p_value;
  cell.threshold = of_cell.change;
  cell.baseline = side_of(baseline.runs);
  cell.candidate = side_of(candidate.runs);
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

/// What runs of each group's cells differ by.
std::map<std::string, double> typical_variances(const std::map<std::string, CellRuns>& before,
                                                const std::map<std::string, CellRuns>& after) {
  std::map<std::string, std::vector<double>> variances;
  std::size_t runs = 0;
  for (const auto& [name, cell] : before) {
    const auto same = after.find(name);
    if (same == after.end()) continue;
    variances[noise_group_of(cell)].push_back(variance_between(cell.runs, same->second.runs));
    runs = std::max(runs, cell.runs.size() + same->second.runs.size());
  }
  std::map<std::string, double> typical;
  for (const auto& [group, list] : variances) typical[group] = typical_variance(list, runs);
  return typical;
}

/// Disturbances make samples longer, never shorter: what the fast side does not show may be theirs.
bool fast_side_agrees(const Change& change, double threshold) {
  constexpr double share_of_threshold = 0.5;
  constexpr double share_of_change = 0.25;
  if (!change.fast) return true;
  const double shown = change.change > 0 ? *change.fast : -*change.fast;
  return shown >=
         std::max(share_of_threshold * threshold, share_of_change * std::abs(change.change));
}

void decide(Candidate& candidate, bool significant) {
  ComparedCell& cell = candidate.cell;
  const double threshold = std::log1p(cell.threshold);
  const auto& [low, high] = candidate.change.interval;
  const bool matters = std::abs(candidate.change.change) >= threshold;
  if (significant && matters && fast_side_agrees(candidate.change, threshold)) {
    cell.verdict = cell.change > 0 ? ChangeVerdict::slower : ChangeVerdict::faster;
  } else if (low > -threshold && high < threshold) {
    cell.verdict = ChangeVerdict::same;
  } else if (significant && matters) {
    cell.reason = "the quickest samples did not change: another program may have used the machine";
  }
}

void sort_by_interest(std::vector<ComparedCell>& cells) {
  std::ranges::sort(cells, [](const ComparedCell& a, const ComparedCell& b) {
    const auto key = [](const ComparedCell& cell) {
      return std::tuple{static_cast<int>(cell.verdict), -std::abs(cell.change), cell.name};
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
  std::vector<double> p_values;
  for (const auto& [name, cell] : before) {
    const auto same = after.find(name);
    if (same == after.end()) {
      comparison.only_baseline.push_back(name);
      continue;
    }
    found.push_back(
        compared(name, cell, same->second, thresholds, typical.at(noise_group_of(cell))));
    p_values.push_back(found.back().change.p_value);
  }
  for (const auto& [name, cell] : after)
    if (!before.contains(name)) comparison.only_candidate.push_back(name);
  if (found.empty())
    throw UsageError{fmt::format(
        "the runs have no cell in common; baseline: {}; candidate: {}",
        before.empty() ? "nothing to compare" : printable(before.begin()->first) + ", ...",
        after.empty() ? "nothing to compare" : printable(after.begin()->first) + ", ...")};
  const auto significant = benjamini_hochberg(p_values, thresholds.false_discovery_rate);
  for (std::size_t i = 0; i < found.size(); ++i) {
    decide(found[i], significant[i]);
    comparison.cells.push_back(std::move(found[i].cell));
  }
  sort_by_interest(comparison.cells);
  for (const std::string& name : wrong_cells(candidate)) comparison.wrong.push_back(name);
  return comparison;
}

}  // namespace assay::results
