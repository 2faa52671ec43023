#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "results/record.hpp"

namespace assay::results {

/// One statistic of a run's samples, as a logarithm, and what that may be off by.
struct RunFigure {
  double value = 0;
  double sampling = 0;  ///< variance, as an estimate from so many samples
  /// Variance by what stretches within the run differ by, beyond sampling: what comes and goes is
  /// in all runs alike, what stays for long is not.
  double drift = 0;
};

/// What one run says of one cell, in logarithms of seconds (of seconds a byte, where a record has a
/// bandwidth alone): differences are then shares, and slow outliers weigh less.
struct RunFigures {
  RunFigure median;
  /// The low tenth of what nothing disturbed; its drift is 0, as the quickest stretches make it.
  /// Absent: there are no samples.
  std::optional<RunFigure> fast;
  std::string_view unit = "s";  ///< of what these are logarithms of; of rates: of 1 / rate
  std::size_t samples = 0;
};

/// `records` are those of one cell in one run, at least one, each with times or a bandwidth.
[[nodiscard]] RunFigures run_figures(std::span<const Record* const> records);

/// Whether a record has something to compare.
[[nodiscard]] bool is_comparable(const Record& record);

}  // namespace assay::results
