#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "results/record.hpp"

namespace assay::results {

/// What one run says of one cell, in logarithms of seconds (of seconds a byte, where a record has a
/// bandwidth alone): differences are then shares, and slow outliers weigh less.
struct RunFigures {
  double median = 0;
  std::string_view unit = "s";  ///< of what that is the logarithm of; of rates: of 1 / rate
  std::optional<double> fast;   ///< of the low tenth; absent: there are no samples
  double sampling = 0;          ///< variance of the median as an estimate from so many samples
  /// Variance of the median by what stretches within the run differ by, beyond sampling: what comes
  /// and goes is in all runs alike, what stays for long is not.
  double drift = 0;
  std::size_t samples = 0;
};

/// `records` are those of one cell in one run, at least one, each with times or a bandwidth.
[[nodiscard]] RunFigures run_figures(std::span<const Record* const> records);

/// Whether a record has something to compare.
[[nodiscard]] bool is_comparable(const Record& record);

}  // namespace assay::results
