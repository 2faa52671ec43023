#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/heartbeat.hpp"
#include "core/units.hpp"

namespace assay::supervision {

/// Why a job ended before its time, as rank 0's supervisor sees it.
struct ProcessFailure {
  enum class Cause {
    died,         ///< by a signal, or exited with a code of its own
    stopped,      ///< SIGSTOP and the like
    silent,       ///< its supervisor or host no longer answers
    overdue,      ///< did not finish, or let others wait, past the deadline
    cut_off,      ///< the same, and its host's link was lost meanwhile
    interrupted,  ///< the user or the launcher asked the whole job to end
  };
  Cause cause = Cause::died;
  int rank = -1;  ///< -1: no single rank (interrupted; or none is known)
  std::string host;
  std::string benchmark;  ///< what it was measuring, or its waiters were
  int lane = 0;
  int step = -1;     ///< of the plan, its own or its waiters'; -1: outside one
  std::string text;  ///< one line for people: "rank 2 (pid 71) on n1 died: signal 9 (Killed)"
  std::vector<std::string> evidence;   ///< e.g. which ranks waited for it
  std::vector<std::string> hosts;      ///< by rank; empty where it is not known
  bool is_guess = false;               ///< `rank` is the likeliest of several
  ExitCode code = ExitCode::deadline;  ///< what every supervisor leaves with
};

struct SupervisorOptions {
  Seconds stop_grace{5.0};  ///< how long a worker may stay stopped
  Seconds silence{10.0};    ///< how long a supervisor may be silent
  Seconds collect{0.5};     ///< after the first alarm, time for the others' word to come in
  Seconds startup{60.0};    ///< until a worker has found the others (`announce`)
  Seconds stall{300.0};     ///< without a deadline, how long a worker may show no progress
  Seconds finish{30.0};     ///< how long a worker with phase `finished` may take to end
  int launcher_rank = -1;   ///< rank as the launcher's environment says; -1: unknown
  /// What became of the host's network links since the job began, "eth0 lost its link 3 times";
  /// empty: nothing. Called about once a second, in the supervisor.
  std::function<std::string()> lost_links;
};

/// The exit code of a worker process is its return value here.
using Worker = std::function<ExitCode(Heartbeat&)>;
/// Called in rank 0's supervisor (or in the lowest surviving one if that is gone) once, before any
/// process leaves; writes the verdict. `run_directory` is as the worker last wrote it; may be
/// empty.
using FailureReport =
    std::function<void(const ProcessFailure&, const std::filesystem::path& run_directory)>;

/// Forks `worker`, which alone may touch MPI, CUDA or UCX, and watches it and, over a TCP health
/// channel between the supervisors, the other ranks' workers until all are done.
/// Call before anything is initialised, from a process with one thread.
/// The worker gets the channel's address to hand out from `heartbeat.health_address` on rank 0
/// (filled in before the fork on every rank; only rank 0's is to be used), and the workers of the
/// other ranks write rank 0's there with `announce`.
/// Returns  the worker's own code if all went well (phase `finished`, a code of ExitCode);
///          `deadline` if any rank died, stopped, fell silent or overran; the worker's code if it
///          gave up by itself with a code of ExitCode; `verdict_inconclusive` if the user
///          or the launcher asked for the end (SIGTERM, SIGINT, SIGHUP).
/// After it, those signals stay blocked: leave soon, and a launcher's cleaning up changes nothing.
[[nodiscard]] ExitCode supervise(const Worker& worker, const FailureReport& report,
                                 const SupervisorOptions& options);

/// Called by each worker once it knows its rank and rank 0's address: lets its supervisor join.
void announce(Heartbeat& heartbeat, int rank, int ranks, const std::string& health_address);

}  // namespace assay::supervision
