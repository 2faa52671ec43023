#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/table.hpp"
#include "results/json_fields.hpp"
#include "results/nccl_head.hpp"
#include "results/run_info.hpp"

namespace assay::cli {

/// Of each rank of a group, or of each process that drives GPUs, the durations of all samples as it
/// saw them, in seconds.
using OwnTimes = std::vector<std::vector<double>>;

/// A run of a collective in the JSON that nccl-tests writes with -J, so that scripts made for it
/// read ours; shape and types (numbers and truth values as text in places) are therefore its own.
/// What it has no place for are further keys of each result: implementation, algorithm, transport,
/// registered, and where there are several groups, group.
class NcclJson {
 public:
  /// `info` and `gpus`, which is empty where ranks are on processors, as the file may show them:
  /// redacted, if that was asked for.
  NcclJson(const BenchOptions& options, const results::RunInfo& info,
           const std::vector<results::NcclDevice>& gpus);
  ~NcclJson();
  NcclJson(const NcclJson&) = delete;
  NcclJson& operator=(const NcclJson&) = delete;

  /// Appends a row of the table, with the times of its two halves (in place: empty if there is
  /// none).
  void add(const TableRow& row, const OwnTimes& out_of_place, const OwnTimes& in_place);

  /// The whole document, once all rows are in it. `end`: UTC, as in RunInfo.
  [[nodiscard]] std::string finish(const std::string& end);

 private:
  std::string average_;
  std::unique_ptr<results::Json> json_;
  TableTotals totals_;
};

}  // namespace assay::cli
