#pragma once

#include <array>
#include <span>

#include "results/compare/run_figures.hpp"
#include "results/compare/thresholds.hpp"

namespace assay::results {

/// How much longer a cell takes in the candidate's runs than in the baseline's, by one statistic of
/// each run. Logarithms of the ratio: 0.05 is 5 % longer, as good as.
struct Change {
  double change = 0;
  std::array<double, 2> interval{};  ///< 95 %
  double p_value = 1;                ///< two-sided, of no change
};

/// What runs of one side differ by, both sides pooled; where neither was run twice, what the sides
/// differ by, as if nothing had changed: of most cells that is so.
[[nodiscard]] double variance_between(std::span<const RunFigure> baseline,
                                      std::span<const RunFigure> candidate);

/// What any cell may be expected to have, of the variances between runs of many cells (`runs` being
/// those of both sides): their upper quartile, less what chance adds to it. A machine has states
/// that last for a run, and a cell whose few runs met one on each side shows no variance of them.
[[nodiscard]] double typical_variance(std::span<const double> variances, std::size_t runs);

/// The means of the runs are compared by Student's t. A run's variance is what runs of one
/// side differ by, moderated towards what is expected of them (the thresholds' `between_runs`, or
/// `typical`, if that is more): samples within a run alone would make any two runs differ, as the
/// machine is another one each time, and three runs may agree by chance. Where neither side was run
/// twice and the thresholds do not say what to expect, no change is significant (p is 1).
/// Both sides need at least one run. `typical`: a variance between runs; 0 if not known.
/// Source  Smyth, Stat. Appl. Genet. Mol. Biol. 2004 (moderated t).
[[nodiscard]] Change change_of(std::span<const RunFigure> baseline,
                               std::span<const RunFigure> candidate,
                               const CellThresholds& thresholds, double typical);

}  // namespace assay::results
