#include "results/compare/cells.hpp"

#include <algorithm>

namespace assay::results {

namespace {

std::vector<Setting> matched_settings(const Record& record) {
  Record bare = record;
  if (bare.from_rank && bare.to_rank) {
    bare.from.reset();
    bare.to.reset();
  }
  if (bare.rank) bare.host.reset();
  if (bare.selection) {
    bare.algorithm = bare.selection;
    bare.selection.reset();
  }
  return settings_of(bare);
}

}  // namespace

void CellRuns::add(const RunFigures& run) {
  medians.push_back(run.median);
  if (run.fast) fast.push_back(*run.fast);
  unit = run.unit;
  samples += run.samples;
}

std::map<std::string, CellRuns> cells_of(std::span<const Run> runs) {
  std::map<std::string, CellRuns> cells;
  for (const Run& run : runs) {
    std::map<std::string, std::vector<const Record*>> records;
    for (const Record& record : run.records) {
      if (!is_comparable(record)) continue;
      auto settings = matched_settings(record);
      const std::string name = setting_name(settings);
      CellRuns& cell = cells[name];
      cell.settings = std::move(settings);
      records[name].push_back(&record);
    }
    for (const auto& [name, list] : records) cells[name].add(run_figures(list));
  }
  return cells;
}

std::set<std::string> wrong_cells(std::span<const Run> runs) {
  std::set<std::string> wrong;
  for (const Run& run : runs)
    for (const Record& record : run.records)
      if (record.wrong.value_or(0) > 0) wrong.insert(setting_name(matched_settings(record)));
  return wrong;
}

}  // namespace assay::results
