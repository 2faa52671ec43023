#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "results/record.hpp"

namespace assay::cli {

/// The table of nccl-tests: its columns in its order and widths, all other lines begin with `#`.
/// Scripts made for nccl-tests read it.
[[nodiscard]] std::string table_header();

/// Stands for the root of an operation that has none.
inline constexpr int no_root = -1;

/// A message size and its two measurements.
struct TableRow {
  std::size_t count = 0;  ///< elements of a block, or of all (see collectives::Operation)
  std::string type;       ///< nccl-tests' name
  results::Record out_of_place;
  std::optional<results::Record> in_place;
};
/// `average`: as in BenchOptions.
[[nodiscard]] std::string table_row(const TableRow& row, const std::string& average);

/// What one half of a row shows.
struct TableFigures {
  double time_us = 0;
  double algorithm_gigabytes = 0;
  double bus_gigabytes = 0;
};
[[nodiscard]] TableFigures figures_of(const results::Record& record, const std::string& average);

/// Over the rows of one group, or of all.
struct TableTotals {
  std::uint64_t wrong = 0;
  double bus_gigabytes_sum = 0;
  int halves = 0;

  void add(const TableRow& row, const std::string& average);
  /// The mean.
  [[nodiscard]] double bus_gigabytes() const;
};

/// What one of several groups comes to.
[[nodiscard]] std::string table_group_footer(int group, const TableTotals& totals);

/// "# Out of bounds values : N OK" and "# Avg bus bandwidth    : X".
[[nodiscard]] std::string table_footer(const TableTotals& totals);

}  // namespace assay::cli
