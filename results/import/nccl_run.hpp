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

/// A rank as a log lists it, with the number of its group: all are in one, 0, where it says none.
struct NcclRank {
  RankIdentity identity;
  int group = 0;
};

/// Over how many ranks each collective was, where all groups have the same number; none if the
/// list does not say it clearly (cut off, or a rank twice).
[[nodiscard]] std::optional<int> ranks_of(const std::vector<NcclRank>& listed);

/// The rows of one collective, of a table or a JSON file, and what is known of the run.
struct NcclRun {
  std::string tool = "nccl-tests";
  std::string version;
  std::string implementation = "nccl";
  std::string time_statistic = "mean";
  std::string memory = "device";
  // Of files that assay export wrote: how the results came about.
  std::optional<std::string> algorithm;
  std::optional<std::string> transport;
  std::optional<bool> registered;
  std::string program;  ///< without _perf; empty: not said
  std::optional<int> ranks;
  std::optional<int> group;  ///< of several side by side: which one, where rows say it
  std::vector<int> members;  ///< of that group
  std::string start;         ///< as the log has it; empty: not said
  std::string end;
  std::vector<NcclRow> rows;
};

/// Turns rows into records and appends them to `log`. Rows whose figures contradict each other
/// (size and count, time and bandwidths) are left out and named.
/// Throws  UsageError if neither the log nor the hints nor arithmetic say which collective it is.
void add_nccl_run(const NcclRun& run, const ImportHints& hints, ImportedLog& log);

}  // namespace assay::results
