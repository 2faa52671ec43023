#pragma once

#include <poll.h>

#include <optional>
#include <vector>

#include "supervision/connection.hpp"
#include "supervision/joiner.hpp"
#include "supervision/supervisor.hpp"
#include "supervision/worker_watch.hpp"

namespace assay::supervision {

/// The supervisor of another rank than 0 after start-up: tells rank 0's what it sees, and leaves
/// when that says so, or when that is gone.
class Member {
 public:
  /// Borrows all but the address; without one it can not join.
  Member(WorkerWatch& watch, std::optional<HealthAddress> address, const FailureReport& report,
         const SupervisorOptions& options);

  /// Until the job is over, well or not.
  /// Returns  what this process is to leave with.
  [[nodiscard]] ExitCode run();

 private:
  void wait();
  void join();
  void hear();
  void speak();
  void note_times();
  [[nodiscard]] std::optional<ExitCode> decide();
  [[nodiscard]] std::optional<ExitCode> decide_without_rank_0();
  [[nodiscard]] ExitCode end_alone(bool is_turn);

  WorkerWatch& watch_;
  const FailureReport& report_;
  const SupervisorOptions& options_;
  std::optional<Joiner> joiner_;
  std::optional<Connection> connection_;
  RankState own_;
  RankState told_;    ///< what own_ was when rank 0's supervisor was told
  RankState rank_0_;  ///< as its supervisor last said
  Seconds began_at_;
  bool is_warned_ = false;
  bool is_asked_ = false;
  bool is_done_ = false;
  std::optional<ExitCode> order_;
  Seconds spoke_at_;
  Seconds heard_at_;
  std::optional<Seconds> lost_at_;
  std::optional<Seconds> alarm_at_;
  std::optional<Seconds> done_at_;
};

}  // namespace assay::supervision
