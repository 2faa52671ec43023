#pragma once

#include <vector>

#include "benchmarks/busy_programs.hpp"
#include "core/progress.hpp"
#include "results/judge.hpp"
#include "results/run.hpp"

namespace assay::benchmarks {

/// What a run has measured so far: all of it on rank 0, where the writer is, and nothing elsewhere.
class Recording {
 public:
  /// `writer` is null on all ranks but 0. `launched` as in BusyPrograms.
  Recording(results::RunWriter* writer, const results::RunInfo& info, bool quiet, Seconds expected,
            bool launched);

  /// Writes the records as they are made.
  void keep(std::vector<results::Record> records);
  /// Says how far the run is.
  [[nodiscard]] Progress& progress() { return progress_; }
  /// On rank 0 the run so far, else null.
  [[nodiscard]] const results::Run* run() const { return writer_ == nullptr ? nullptr : &run_; }
  [[nodiscard]] bool is_here() const { return writer_ != nullptr; }
  void set_network(const results::NetworkInfo& network);

  /// The run is over: notes what was busy beside it, and when it ended.
  void finish();

 private:
  results::RunWriter* writer_;
  results::Run run_;
  Progress progress_;
  BusyPrograms busy_;
};

}  // namespace assay::benchmarks
