#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "results/import/importer.hpp"

namespace assay::results {

/// What one of perftest's programs is: "RDMA_Write", over how many ways, latency or bandwidth.
struct PerftestTest {
  std::string verb;  ///< rdma_write, rdma_read, send, atomic
  bool is_latency = false;
  bool both_ways = false;
  std::string device;  ///< mlx5_0; empty: not said
};

/// From a title such as "RDMA_Write BW Test" or "Send Bidirectional BW Test", with '_' or ' '
/// between the words; none if it is no such title.
[[nodiscard]] std::optional<PerftestTest> perftest_title(std::string_view title);

/// One size.
struct PerftestRow {
  std::string place;
  std::map<std::string, double> figures;  ///< by the names of columns without their units
  std::string unit;                       ///< Gb/s, MiB/s or us; empty: not said
};

/// The record of a row.
/// Throws  UsageError if figures are missing or contradict each other (bandwidth and message rate).
[[nodiscard]] Record perftest_record(const PerftestTest& test, const PerftestRow& row);

}  // namespace assay::results
