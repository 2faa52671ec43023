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
constexpr Seconds time_to_judge{5.0};
/// Whatever happens before comes as a signal.
constexpr Seconds until_a_signal{3600.0};

ExitCode run_alone(const SignalQueue& signals, const std::function<ExitCode()>& supervisor) {
  signals.restore_mask();
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::signal(SIGPIPE, SIG_IGN);  // the launcher may be gone before the verdict is written
  return supervisor();
}

}  // namespace

ExitCode behind_front(const std::function<ExitCode()>& supervisor) {
  SignalQueue signals;
  Child child{[&] { return run_alone(signals, supervisor); }};
  ::prctl(PR_SET_NAME, "assay-front");
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

}  // namespace assay::supervision
