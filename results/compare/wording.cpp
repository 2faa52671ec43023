#include "results/compare/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/quantity.hpp"
#include "results/text.hpp"

namespace assay::results {

std::vector<Setting> shared_settings(const Comparison& comparison) {
  std::vector<Setting> shared;
  if (comparison.cells.size() < 2) return shared;
  for (const Setting& setting : comparison.cells.front().settings) {
    const auto has = [&](const ComparedCell& cell) {
      return std::ranges::find(cell.settings, setting) != cell.settings.end();
    };
    if (setting.name != "benchmark" && std::ranges::all_of(comparison.cells, has))
      shared.push_back(setting);
  }
  return shared;
}

std::string name_and_reason(const ComparedCell& cell, const std::vector<Setting>& shared) {
  std::vector<Setting> own;
  for (const Setting& setting : cell.settings)
    if (std::ranges::find(shared, setting) == shared.end()) own.push_back(setting);
  return printable(setting_name(own)) + (cell.reason.empty() ? "" : ": " + cell.reason);
}

std::string signed_percent(double share) { return fmt::format("{:+.1f} %", share * 100); }

std::string percent_range(const TimeChange& time) {
  constexpr double far = 10;  // times as long: more digits say no more
  const std::string high =
      time.interval[1] < far ? fmt::format("{:+.1f}", time.interval[1] * 100) : ">+1000";
  return fmt::format("{:+.1f} to {} %", time.interval[0] * 100, high);
}

std::string both_medians(const ComparedCell& cell) {
  const std::string unit{cell.unit};
  return fmt::format("{} -> {}", quantity(cell.baseline.median, unit),
                     quantity(cell.candidate.median, unit));
}

std::string effort(const ComparedCell::Side& side) {
  return fmt::format("{} run{}, {} sample{}", side.runs, side.runs == 1 ? "" : "s", side.samples,
                     side.samples == 1 ? "" : "s");
}

}  // namespace assay::results
