#include "supervision/signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include "core/error.hpp"

namespace assay::supervision {

namespace {

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

SignalQueue::SignalQueue() {
  const sigset_t watched = watched_signals();
  if (::sigprocmask(SIG_BLOCK, &watched, &before_) != 0) throw_system_error("sigprocmask");
  queue_ = native::FileDescriptor{::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (!queue_) throw_system_error("signalfd");
}

std::optional<int> SignalQueue::request_to_end() noexcept {
  std::optional<int> request;
  signalfd_siginfo info{};
  while (::read(queue_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (asks_to_end(signal)) request = signal;
  }
  return request;
}

void SignalQueue::restore_mask() const noexcept { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

bool asks_to_end(int signal) noexcept {
  return signal == SIGTERM || signal == SIGINT || signal == SIGHUP;
}

}  // namespace assay::supervision
