#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/telemetry.hpp"
#include "cli/nccl_json.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"
#include "results/record.hpp"
#include "results/redact.hpp"
#include "results/run.hpp"

namespace assay::cli {

/// Where a bench's records go: the run folder and the files asked for, on rank 0.
class RecordSink {
 public:
  /// Collective. `gpus`: of NcclJson. Throws  UsageError if one of them cannot be written.
  RecordSink(const BenchOptions& options, const benchmarks::Job& job,
             const std::vector<std::string>& command_line,
             const std::vector<results::NcclDevice>& gpus = {});

  /// Does nothing on ranks other than 0. Throws  Error if the disk is full.
  void keep(const results::Record& record);

  /// Collective: measures with the sensors of all devices read beside it. What they said is kept as
  /// of `stage`, and records of one device have it, too.
  [[nodiscard]] std::vector<results::Record> watched(
      const std::string& stage, const std::function<std::vector<results::Record>()>& measure);

  /// Collective: says of which GPUs of the job MIG is on, and keeps nothing.
  void warn_of_parts() const;

  /// What algorithms were chosen by, for the run folder. Does nothing on ranks other than 0.
  void keep_models(const std::vector<results::CostFigures>& models);

  /// The same for a row of nccl-tests' table and what its ranks saw (see NcclJson::add), which may
  /// be left out where it is not wanted.
  void keep_row(const TableRow& row, const OwnTimes& out_of_place, const OwnTimes& in_place);

  /// The run folder, on rank 0; elsewhere, and where there is none, empty.
  [[nodiscard]] std::filesystem::path directory() const {
    return writer_ ? writer_->directory() : std::filesystem::path{};
  }

  /// The same on all ranks.
  [[nodiscard]] bool wants_times() const { return !json_file_.empty(); }

  /// Collective, once all is measured: the code to end with, the same on all ranks. Tells of the
  /// first wrong value.
  [[nodiscard]] ExitCode finish();

 private:
  const benchmarks::Job& job_;
  benchmarks::Telemetry telemetry_;
  results::RunInfo info_;
  std::unique_ptr<results::RunWriter> writer_;
  std::ofstream lines_;
  std::optional<results::Redactor> redactor_;  ///< where host names are to be kept out
  std::string json_file_;
  std::optional<NcclJson> json_;
  std::uint64_t wrong_ = 0;
  std::optional<results::WrongValue> first_wrong_;
};

/// Prints on rank 0 alone.
template <class... Arguments>
void say(const benchmarks::Job& job, fmt::format_string<Arguments...> text,
         Arguments&&... arguments) {
  if (job.rank() != 0) return;
  fmt::print(text, std::forward<Arguments>(arguments)...);
  std::fflush(stdout);
}

}  // namespace assay::cli
