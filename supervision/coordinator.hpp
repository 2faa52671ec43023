#pragma once

#include <poll.h>

#include <optional>
#include <vector>

#include "supervision/connection.hpp"
#include "supervision/health_listener.hpp"
#include "supervision/supervisor.hpp"
#include "supervision/worker_watch.hpp"

namespace assay::supervision {

/// Rank 0's supervisor after start-up: hears all others, and has the last word.
class Coordinator {
 public:
  /// Borrows all of it. Without a listener nobody can join: it then watches its own worker only.
  Coordinator(WorkerWatch& watch, HealthListener* listener, const FailureReport& report,
              const SupervisorOptions& options);

  /// Until the job is over, well or not.
  /// Returns  what this process is to leave with.
  [[nodiscard]] ExitCode run();

 private:
  /// What is known of one rank; rank 0's has no connection.
  struct Member {
    RankState state;
    std::optional<Connection> connection;
    Seconds heard_at;
  };

  void wait();
  void welcome();
  void hear(Member& member);
  void note_loss(Member& member, Seconds now);
  void speak();
  void note_alarms();
  [[nodiscard]] bool is_time_to_judge() const;
  [[nodiscard]] bool all_done() const;
  [[nodiscard]] ExitCode end_well();
  [[nodiscard]] ExitCode end_badly();
  void tell_all(const std::string& line);
  void see_all_off();

  WorkerWatch& watch_;
  HealthListener* listener_;
  const FailureReport& report_;
  const SupervisorOptions& options_;
  std::vector<Member> members_;  ///< by rank
  std::vector<pollfd> polled_;
  std::optional<Seconds> alarm_at_;
  std::optional<Seconds> own_done_at_;
  int alarms_ = 0;
  Seconds spoke_at_;
};

}  // namespace assay::supervision
