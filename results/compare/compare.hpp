#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/compare/thresholds.hpp"
#include "results/run.hpp"
#include "results/setting.hpp"

namespace assay::results {

enum class ChangeVerdict { slower, faster, unclear, same };  ///< in the order of interest
[[nodiscard]] std::string_view name_of(ChangeVerdict verdict);

/// Of a time, as a share: 0.05 is 5 % longer.
struct TimeChange {
  double change = 0;
  std::array<double, 2> interval{};  ///< 95 %
  double p_value = 1;
};

/// One cell that both sides have: what was measured at one setting.
struct ComparedCell {
  std::vector<Setting> settings;
  std::string name;  ///< of the settings
  ChangeVerdict verdict = ChangeVerdict::unclear;
  TimeChange median;
  std::optional<TimeChange> fast;  ///< of the fast side of the samples; absent: there are none
  bool by_fast_side = false;       ///< what the verdict rests on; else on the median
  double threshold = 0;            ///< a smaller change is no matter
  std::string_view unit = "s";     ///< bytes_per_s or flop_per_s where there are no times
  struct Side {
    double median = 0;  ///< geometric mean of the runs' medians, in `unit`
    std::size_t runs = 0;
    std::size_t samples = 0;
  };
  Side baseline;
  Side candidate;
  /// What the median says where the verdict does not rest on it, or why it is unclear though the
  /// median looks changed; else empty.
  std::string reason;

  [[nodiscard]] const TimeChange& deciding() const { return by_fast_side ? *fast : median; }
};

struct Comparison {
  std::string start;  ///< UTC, of the candidate's last run
  /// What differs beside the build: machines, library versions, faults put in; and what makes the
  /// comparison weak. One line each.
  std::vector<std::string> differences;
  std::vector<ComparedCell> cells;          ///< slower first, each by its change
  std::vector<std::string> only_baseline;   ///< names
  std::vector<std::string> only_candidate;  ///< names
  std::vector<std::string> wrong;           ///< cells whose candidate has wrong results

  [[nodiscard]] std::size_t count(ChangeVerdict verdict) const;
  /// Something is slower, or wrong.
  [[nodiscard]] bool is_regression() const {
    return count(ChangeVerdict::slower) + wrong.size() > 0;
  }
};

/// Matches cells by their settings (of hosts by their ranks, as names change) and compares each.
/// Other programs only ever make samples longer, so that a cell has two witnesses: the median, and
/// the fast side of the samples, which they move least. A cell is `slower` if one of them is so
/// significantly, by at least the threshold, and the other one does not object: the fast side must
/// have moved with the median, by a part of that; the median's interval must reach the threshold.
/// The false discovery rate is controlled over all cells (Benjamini-Hochberg), each one hypothesis.
/// `same` if the median's interval lies within the threshold. Pure.
/// Throws  UsageError if a side has no runs or no records, or both have no cell in common.
[[nodiscard]] Comparison compare_runs(std::span<const Run> baseline, std::span<const Run> candidate,
                                      const CompareThresholds& thresholds);

}  // namespace assay::results
