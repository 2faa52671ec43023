#include "supervision/front.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <vector>

#include "core/clock.hpp"
#include "supervision/child.hpp"
#include "supervision/pace.hpp"
#include "supervision/signals.hpp"

namespace assay::supervision {

namespace {

/// For the others' supervisors to miss a killed one, to judge and to write.
constexpr Seconds time_to_judge{2.0};
/// For all fronts of the job.
constexpr Seconds time_to_leave = time_to_judge * 1.5;
/// Whatever happens before comes as a signal.
constexpr Seconds until_a_signal{3600.0};

ExitCode run_alone(const SignalQueue& signals, const std::function<ExitCode()>& supervisor) {
  signals.restore_mask();
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::signal(SIGPIPE, SIG_IGN);  // the launcher may be gone before the verdict is written
  return supervisor();
}

/// MPICH's launcher kills all processes when a rank's socket to it closes before MPI is finalised,
/// and then returns 9 (SIGKILL) instead of what they leave with. A copy of this process that has
/// nothing but that socket sleeps until all have left by themselves.
void keep_open(int socket) {
  if (::fork() != 0) return;
  const auto kept = static_cast<unsigned>(socket);
  if (kept > 0) ::close_range(0, kept - 1, 0);
  ::close_range(kept + 1, ~0U, 0);
  sleep_for(time_to_leave);
  ::_exit(0);
}

ExitCode watch(Child& child, SignalQueue& signals) {
  for (std::optional<Deadline> others_judge;;) {
    child.update();
    if (child.state() == WorkerState::exited) return static_cast<ExitCode>(child.number());
    // It could not end when asked to.
    if (child.state() == WorkerState::stopped) ::kill(child.pid(), SIGCONT);
    if (child.state() == WorkerState::killed && !others_judge)
      others_judge = Deadline::after(time_to_judge);
    const auto request = signals.request_to_end();
    if (others_judge && (request || others_judge->passed())) return ExitCode::deadline;
    if (request) ::kill(child.pid(), *request);
    std::vector<pollfd> polled{{signals.descriptor(), POLLIN, 0}};
    wait_for_any(polled, others_judge ? look_around : until_a_signal);
  }
}

}  // namespace

ExitCode behind_front(const std::function<ExitCode()>& supervisor,
                      std::optional<int> launcher_socket) {
  SignalQueue signals;
  Child child{[&] { return run_alone(signals, supervisor); }};
  ::prctl(PR_SET_NAME, "assay-front");
  const ExitCode code = watch(child, signals);
  if (code != ExitCode::success && launcher_socket) keep_open(*launcher_socket);
  return code;
}

}  // namespace assay::supervision
