#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/import/importer.hpp"
#include "results/nccl_names.hpp"

namespace assay::results {

/// One half of a row of nccl-tests, as printed.
struct NcclHalf {
  double time_us = 0;
  double algorithm_gigabytes = 0;
  double bus_gigabytes = 0;
  std::optional<std::uint64_t> wrong;
  std::vector<double> samples_us;  ///< where it tells them
};

/// A row: a size and its halves.
struct NcclRow {
  std::string place;
  std::uint64_t size = 0;
  std::uint64_t count = 0;
  NcclType type{};
  std::string op;  ///< none: no reduction
  int root = -1;   ///< below 0: no root
  std::optional<NcclHalf> out_of_place;
  std::optional<NcclHalf> in_place;
};

/// The rows of one collective, of a table or a JSON file, and what is known of the run.
struct NcclRun {
  std::string tool = "nccl-tests";
  std::string version;
  std::string implementation = "nccl";
  std::string time_statistic = "mean";
  std::string program;  ///< without _perf; empty: not said
  std::optional<int> ranks;
  std::vector<NcclRow> rows;
};

/// Turns rows into records and appends them to `log`. Rows whose figures contradict each other
/// (size and count, time and bandwidths) are left out and named.
/// Throws  UsageError if neither the log nor the hints nor arithmetic say which collective it is.
void add_nccl_run(const NcclRun& run, const ImportHints& hints, ImportedLog& log);

}  // namespace assay::results
