#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "results/record.hpp"

namespace assay::results {

/// Who a rank is.
struct RankIdentity {
  int rank = 0;
  std::string host;
  std::int64_t pid = 0;             ///< of the worker
  std::int64_t supervisor_pid = 0;
  std::string processor;            ///< model name
  int usable_processors = 0;        ///< of its affinity mask
  int host_ranks = 0;               ///< ranks on the same host, itself included
  std::uint64_t memory_bytes = 0;   ///< of the host
};

/// run.json: everything about a run but its measurements.
struct RunInfo {
  std::string id;                   ///< the folder's name
  std::string start;                ///< UTC
  std::optional<std::string> end;   ///< absent while the run goes on, or if it broke off
  std::vector<std::string> command;
  std::string verb;                 ///< accept, bench, ...
  std::string level;                ///< quick, standard, soak; empty for others
  std::string version;
  std::vector<RankIdentity> ranks;
  std::map<std::string, std::string> environment;   ///< the allow-list only
  std::map<std::string, std::string> libraries;     ///< name -> version
  std::optional<std::string> topology_json;         ///< what the topology folder says, verbatim
  std::vector<std::string> busy;    ///< other programs that used the machine: "name (pid) 97 %"
  std::vector<std::string> injected;  ///< faults injected on purpose: never a sound run
};

/// A run as read back.
struct Run {
  RunInfo info;
  std::vector<Record> records;
  bool cut_off = false;             ///< the last line was incomplete, as after a kill
};

/// Picks from `all` (as in environ) the names that may be kept: library settings (NCCL_, UCX_, OMPI_MCA_, ...,
/// SLURM_) without those that may hold secrets or addresses of launch daemons.
[[nodiscard]] std::map<std::string, std::string> allowed_environment(const char* const* all);

/// Writes a run folder. One writer (rank 0).
class RunWriter {
 public:
  /// Creates `directory` and in it run.json and an empty records.jsonl.
  /// Throws  UsageError if it exists or cannot be created (says which, and what would be right).
  RunWriter(std::filesystem::path directory, const RunInfo& info, bool redact);
  ~RunWriter();
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;

  /// Appends one line and hands it to the kernel before it returns.
  /// Throws  Error if the disk is full or the folder is gone.
  void append(const Record& record);
  /// Rewrites run.json (written aside and renamed).
  void update(const RunInfo& info);
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  struct State;
  std::filesystem::path directory_;
  std::unique_ptr<State> state_;
};

/// results/runs/2026-11-23T16-29-00Z-host below `root`, made unique by a suffix where it exists.
[[nodiscard]] std::filesystem::path default_run_directory(const std::filesystem::path& root,
                                                          const std::string& host);

/// Reads a run folder. A cut-off last line is tolerated and noted; anything else that is not a
/// record is refused.
/// Throws  UsageError with file and line.
[[nodiscard]] Run read_run(const std::filesystem::path& directory);

/// Writes `text` to `path` by way of a temporary file beside it: readers see the old or the new.
/// Throws  Error if it cannot be written.
void write_whole_file(const std::filesystem::path& path, const std::string& text);

}  // namespace assay::results
