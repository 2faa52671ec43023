#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/record.hpp"

namespace assay::cli {

/// The table of nccl-tests: its columns in its order and widths, all other lines begin with `#`.
/// Scripts made for nccl-tests read it.
[[nodiscard]] std::string table_header();

/// A message size and its two measurements.
struct TableRow {
  std::size_t count = 0;  ///< elements of a block, or of all (see collectives::Operation)
  std::string type;       ///< nccl-tests' name
  results::Record out_of_place;
  std::optional<results::Record> in_place;
};
/// `average`: as in BenchOptions.
[[nodiscard]] std::string table_row(const TableRow& row, const std::string& average);

/// "# Out of bounds values : N OK" and "# Avg bus bandwidth    : X" over all rows.
[[nodiscard]] std::string table_footer(const std::vector<TableRow>& rows,
                                       const std::string& average);

}  // namespace assay::cli
