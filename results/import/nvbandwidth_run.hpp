#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/import/importer.hpp"

namespace assay::results {

/// One matrix of nvbandwidth: what it is of, as its description says, and its cells.
struct NvbandwidthMatrix {
  std::string place;        ///< of the description, for what is wrong with it as a whole
  std::string test;         ///< host_to_device_memcpy_ce
  std::string description;  ///< memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)
  std::vector<std::string> columns;
  struct Row {
    std::string place;
    std::string name;
    std::vector<std::optional<double>> cells;  ///< as many as columns; none: N/A
  };
  std::vector<Row> rows;
  std::optional<double> sum;  ///< as printed
};

/// Turns the cells into records and appends them to `log`: from which end to which they go stands
/// in `device` ("cpu0->gpu1"), as the description has it. A matrix whose sum is another one than
/// printed is left out and named.
/// `statistic`: of every cell.
void add_nvbandwidth_matrix(const NvbandwidthMatrix& matrix, const std::string& statistic,
                            const std::string& host, ImportedLog& log);

/// What nvbandwidth shows of several trials, unless it was told otherwise; its text does not say.
inline constexpr std::string_view nvbandwidth_statistic = "median, unless run with --useMean";

}  // namespace assay::results
