#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/compare/run_figures.hpp"
#include "results/run.hpp"
#include "results/setting.hpp"

namespace assay::results {

/// What all runs of one side say of one cell.
struct CellRuns {
  std::vector<Setting> settings;
  std::vector<RunFigure> medians;  ///< one a run
  std::vector<RunFigure> fast;     ///< of the runs that have samples
  std::string_view unit;
  std::size_t samples = 0;

  void add(const RunFigures& run);
};

/// By name, for all runs of a side. Settings that change from run to run without a change of what
/// was measured are left out: hosts where ranks are known, and the algorithm where the program
/// chose it.
[[nodiscard]] std::map<std::string, CellRuns> cells_of(std::span<const Run> runs);

/// The names of what had a wrong result in some run, whether or not it has anything to compare.
[[nodiscard]] std::set<std::string> wrong_cells(std::span<const Run> runs);

}  // namespace assay::results
