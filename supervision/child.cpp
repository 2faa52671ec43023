#include "supervision/child.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "core/clock.hpp"

namespace assay::supervision {

namespace {

/// Only a process that waits inside the kernel (a dead file server, a driver) takes longer to die.
constexpr Seconds patience_with_killed{1.0};
constexpr Seconds between_looks{0.001};

[[noreturn]] void leave(ExitCode code) {
  std::fflush(nullptr);
  // Not exit(): what the parent registered to run at its end is the parent's.
  ::_exit(static_cast<int>(code));
}

[[noreturn]] void be_child(pid_t parent, const std::function<ExitCode()>& body) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) leave(ExitCode::deadline);  // it died before the line above
  ExitCode code = ExitCode::internal;
  try {
    code = body();
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "assay: %s\n", problem.what());
  }
  leave(code);
}

}  // namespace

Child::Child(const std::function<ExitCode()>& body) {
  std::fflush(nullptr);  // else what is buffered is written by both
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw_system_error("fork");
  if (pid_ == 0) be_child(parent, body);
}

void Child::update() noexcept {
  int status = 0;
  while (!is_over() && ::waitpid(pid_, &status, WNOHANG | WUNTRACED | WCONTINUED) == pid_) {
    if (WIFEXITED(status)) {
      state_ = WorkerState::exited;
      number_ = WEXITSTATUS(status);
    } else if (WIFSIGNALED(status)) {
      state_ = WorkerState::killed;
      number_ = WTERMSIG(status);
    } else {
      state_ = WIFSTOPPED(status) ? WorkerState::stopped : WorkerState::running;
    }
  }
}

void Child::kill() noexcept {
  update();
  if (is_over()) return;
  ::kill(pid_, SIGKILL);
  for (const auto patience = Deadline::after(patience_with_killed); !patience.passed();) {
    update();
    if (is_over()) return;
    sleep_for(between_looks);
  }
}

}  // namespace assay::supervision
