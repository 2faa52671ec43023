#include <fmt/format.h>

#include "results/compare/render.hpp"
#include "results/compare/wording.hpp"
#include "results/text.hpp"

namespace assay::results {

namespace {

Column column(Column::Side side, std::vector<std::string> cells) {
  return {side, 1, std::move(cells)};
}

std::string cell_lines(const Comparison& comparison, const std::vector<Setting>& shared) {
  std::vector<std::string> verdicts{"VERDICT"};
  std::vector<std::string> changes{"TIME"};
  std::vector<std::string> ranges{"95 % CONFIDENCE"};
  std::vector<std::string> medians{"MEDIAN"};
  std::vector<std::string> efforts{"BASELINE / CANDIDATE"};
  std::vector<std::string> names{"CELL"};
  for (const ComparedCell& cell : comparison.cells) {
    verdicts.emplace_back(name_of(cell.verdict));
    changes.push_back(signed_percent(cell.deciding().change));
    ranges.push_back(percent_range(cell.deciding()));
    medians.push_back(both_medians(cell));
    efforts.push_back(effort(cell.baseline) + " / " + effort(cell.candidate));
    names.push_back(name_and_reason(cell, shared));
  }
  using Side = Column::Side;
  constexpr int without_limit = 1 << 20;
  return table(
      {column(Side::left, verdicts), column(Side::right, changes), column(Side::right, ranges),
       column(Side::left, medians), column(Side::left, efforts), column(Side::left, names)},
      without_limit);
}

}  // namespace

std::string summary_of(const Comparison& comparison) {
  const auto count = [&](ChangeVerdict verdict) { return comparison.count(verdict); };
  std::string text = fmt::format("{} of {} cells slower, {} faster, {} unclear, {} same",
                                 count(ChangeVerdict::slower), comparison.cells.size(),
                                 count(ChangeVerdict::faster), count(ChangeVerdict::unclear),
                                 count(ChangeVerdict::same));
  if (count(ChangeVerdict::slower) > 0) {
    const ComparedCell& worst = comparison.cells.front();
    text += fmt::format("; worst {} {}", signed_percent(worst.deciding().change),
                        printable(worst.name));
  }
  if (!comparison.wrong.empty())
    text += fmt::format("; wrong results in {} cells of the candidate", comparison.wrong.size());
  return text;
}

std::string render_text(const Comparison& comparison) {
  std::string text;
  for (const std::string& difference : comparison.differences)
    text += fmt::format("differs: {}\n", difference);
  const auto shared = shared_settings(comparison);
  if (!shared.empty()) text += fmt::format("all cells: {}\n", printable(setting_name(shared)));
  text += cell_lines(comparison, shared);
  for (const std::string& name : comparison.wrong)
    text += fmt::format("wrong results in the candidate: {}\n", printable(name));
  for (const std::string& name : comparison.only_baseline)
    text += fmt::format("only in the baseline: {}\n", printable(name));
  for (const std::string& name : comparison.only_candidate)
    text += fmt::format("only in the candidate: {}\n", printable(name));
  return text + (comparison.is_regression() ? "REGRESSION  " : "NO REGRESSION  ") +
         summary_of(comparison) + "\n";
}

}  // namespace assay::results
