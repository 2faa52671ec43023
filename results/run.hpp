#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "results/environment.hpp"
#include "results/files.hpp"
#include "results/record.hpp"
#include "results/run_info.hpp"
#include "results/verdict.hpp"

namespace assay::results {

class Redactor;

/// A run as read back.
struct Run {
  RunInfo info;
  std::vector<Record> records;
  bool cut_off = false;  ///< the last line was incomplete, as after a kill
};

/// Writes a run folder. One writer (rank 0).
class RunWriter {
 public:
  /// Creates `directory`, with its parents, and in it run.json and an empty records.jsonl.
  /// With `redact`, host names and addresses are replaced in all that is written (Redactor).
  /// Throws  UsageError if it exists or cannot be created (says which, and what would be right).
  RunWriter(std::filesystem::path directory, const RunInfo& info, bool redact);
  ~RunWriter();
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;

  /// Appends one line and hands it to the kernel before it returns.
  /// Throws  Error if the disk is full or the folder is gone; what was appended before is kept,
  ///         and no part of this line.
  void append(const Record& record);
  /// Rewrites run.json (written aside and renamed).
  void update(const RunInfo& info);
  /// What the run's files may say of `verdict`: itself, unless the run is redacted. For the
  /// terminal too, whose text is kept with the run more often than not.
  [[nodiscard]] Verdict presentable(const Verdict& verdict);
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  struct State;
  std::filesystem::path directory_;
  std::unique_ptr<State> state_;
};

/// 2026-11-23T16-29-00Z-host below `root`, made unique by a suffix where it exists.
/// Of a run that is to be redacted, `host` must be a pseudonym (Redactor::host).
[[nodiscard]] std::filesystem::path default_run_directory(const std::filesystem::path& root,
                                                          const std::string& host);

/// Reads a run folder. A cut-off last line is tolerated and noted; anything else that is not a
/// record is refused.
/// Throws  UsageError with file and line.
[[nodiscard]] Run read_run(const std::filesystem::path& directory);

/// Writes verdict.json into the run folder, in place of an older one.
/// Throws  Error if it cannot be written.
void write_verdict(const std::filesystem::path& run, const std::string& json);

/// Writes verdict.json only if the run has none yet: of several processes that may report the end
/// of a run, the first one's word stands.
/// Returns  whether this call wrote it.
/// Throws   Error if it cannot be written.
[[nodiscard]] bool claim_verdict(const std::filesystem::path& run, const std::string& json);

}  // namespace assay::results
