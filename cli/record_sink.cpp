#include "cli/record_sink.hpp"

#include "benchmarks/gpu_sensors.hpp"
#include "cli/run_folder.hpp"
#include "collectives/device/inventory.hpp"
#include "collectives/together.hpp"
#include "core/clock.hpp"
#include "results/files.hpp"
#include "results/redact.hpp"

namespace assay::cli {

using results::Record;

RecordSink::RecordSink(const BenchOptions& options, const benchmarks::Job& job,
                       const std::vector<std::string>& command_line,
                       const std::vector<results::NcclDevice>& gpus)
    : job_{job},
      telemetry_{job},
      info_{describe_run(job, "bench", command_line)},
      json_file_{options.json} {
  if (!gpus.empty()) info_.libraries.merge(collectives::device::gpu_libraries());
  if (options.common.redact) redactor_.emplace(info_.ranks);
  if (!json_file_.empty())
    on_root(job.world, [&] {
      results::require_writable(json_file_);
      json_.emplace(options, redactor_ ? redactor_->info(info_) : info_, gpus);
    });
  if (!options.common.output.empty()) writer_ = open_run(job, options.common, info_);
  if (options.json_lines.empty()) return;
  on_root(job.world, [&] {
    lines_.open(options.json_lines);
    if (!lines_) throw UsageError{fmt::format("cannot write '{}'", options.json_lines)};
  });
}

void RecordSink::keep(const Record& record) {
  if (job_.rank() != 0) return;
  if (record.wrong) wrong_ += *record.wrong;
  if (record.first_wrong && !first_wrong_) first_wrong_ = record.first_wrong;
  if (writer_) writer_->append(record);
  if (!lines_.is_open()) return;
  lines_ << results::to_json_line(redactor_ ? redactor_->record(record) : record) << '\n'
         << std::flush;
  if (!lines_) throw Error{"system", 0, "the --json-lines file cannot be written (disk full?)"};
}

std::vector<Record> RecordSink::watched(const std::string& stage,
                                        const std::function<std::vector<Record>()>& measure) {
  telemetry_.begin();
  auto records = measure();
  const auto beside = telemetry_.end(stage);
  benchmarks::add_sensors(records, beside);
  for (const Record& record : beside) keep(record);
  return records;
}

void RecordSink::warn_of_parts() const {
  if (const auto line = benchmarks::mig_line(telemetry_.inventory()); !line.empty())
    say(job_, "# {}\n", line);
}

void RecordSink::keep_models(const std::vector<results::CostFigures>& models) {
  if (!writer_ || models.empty()) return;
  info_.models.insert(info_.models.end(), models.begin(), models.end());
  writer_->update(info_);
}

void RecordSink::keep_row(const TableRow& row, const OwnTimes& out_of_place,
                          const OwnTimes& in_place) {
  if (json_) json_->add(row, out_of_place, in_place);
}

ExitCode RecordSink::finish() {
  if (json_) results::write_whole_file(json_file_, json_->finish(utc_timestamp()));
  if (writer_) {
    info_.end = utc_timestamp();
    writer_->update(info_);
  }
  if (first_wrong_)
    fmt::print(stderr, "assay: wrong data: rank {}, offset {}: expected {}, found {}\n",
               first_wrong_->rank, first_wrong_->offset, first_wrong_->expected,
               first_wrong_->found);
  const auto code = wrong_ == 0 ? ExitCode::success : ExitCode::wrong_data;
  return collectives::from_rank_zero(job_.world, code);
}

}  // namespace assay::cli
