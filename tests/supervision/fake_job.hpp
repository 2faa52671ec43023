#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <functional>
#include <vector>

#include "core/native/posix.hpp"
#include "supervision/supervisor.hpp"

namespace assay::supervision {

constexpr int most_ranks = 8;

/// What the processes of a fake job share, and what their reports leave behind.
struct Board {
  SharedText<256> address;  ///< rank 0's
  std::array<std::atomic<int>, most_ranks> worker_pid{};
  std::atomic<int> at_work{0};  ///< workers whose own part has begun
  std::atomic<bool> is_over{false};

  std::atomic<int> reports{0};
  std::atomic<int> reporter{-1};
  std::atomic<int> cause{-1};
  std::atomic<int> culprit{-1};
  std::atomic<int> step{-1};
  SharedText<160> benchmark;
  SharedText<256> text;
  SharedText<256> first_evidence;
  SharedText<256> run_directory;
};

/// What a rank does once it has found the others.
using Work = std::function<ExitCode(int rank, Heartbeat& heartbeat, Board& board)>;

/// Supervisors with workers that know no MPI: what a launcher would start, on one machine.
/// All its processes are gone when it is.
class FakeJob {
 public:
  enum class Start { together, never };  ///< never: the ranks do not find each other

  /// `launcher_rank` of the options is set for each rank.
  FakeJob(int ranks, Work work, SupervisorOptions options, Start how = Start::together);
  FakeJob(const FakeJob&) = delete;
  FakeJob& operator=(const FakeJob&) = delete;
  ~FakeJob();

  [[nodiscard]] Board& board() const { return *board_; }
  /// Until every rank's own part has begun, and a little more: states have been told.
  void wait_until_at_work() const;
  void signal_supervisor(int rank, int signal) const;
  void signal_worker(int rank, int signal) const;
  /// To all processes, as launchers do.
  void signal_all(int signal) const;

  /// Waits for all supervisors, at most so long.
  /// Returns  their exit codes; minus the signal for a killed one; `still_running`.
  static constexpr int still_running = -1000;
  [[nodiscard]] std::vector<int> codes();
  /// Whether some worker still exists.
  [[nodiscard]] bool has_orphans() const;

 private:
  void start(int rank, const Work& work, SupervisorOptions options);

  native::Mapping page_;
  Board* board_;
  std::vector<pid_t> supervisors_;
};

/// Times that keep the tests short, and still bear a busy machine.
[[nodiscard]] SupervisorOptions short_options();

/// Finishes once the board says that it is over.
[[nodiscard]] ExitCode work_until_over(int rank, Heartbeat& heartbeat, Board& board);
/// Waits for `peer`, in a benchmark and a step, until somebody ends it.
[[nodiscard]] ExitCode wait_for_ever(Heartbeat& heartbeat, int peer);

}  // namespace assay::supervision
