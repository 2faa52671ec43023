#pragma once

#include <sys/types.h>

#include <functional>

#include "core/error.hpp"
#include "core/units.hpp"
#include "supervision/rank_state.hpp"

namespace assay::supervision {

/// A forked process that does not outlive this one, however this one ends.
class Child {
 public:
  /// Forks and runs `body` in the child, which leaves with its value (`internal` if it throws).
  /// Call from a process with one thread.
  /// Throws  Error if the kernel has no process left.
  explicit Child(const std::function<ExitCode()>& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill(); }

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Asks the kernel for news, without waiting.
  void update() noexcept;
  [[nodiscard]] WorkerState state() const noexcept { return state_; }
  /// The exit code of an exited child, the signal of a killed one, else 0.
  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] bool is_over() const noexcept {
    return state_ == WorkerState::exited || state_ == WorkerState::killed;
  }
  /// Ends it with SIGKILL and sees it gone, unless the kernel itself holds it up.
  void kill() noexcept;

 private:
  pid_t pid_ = -1;
  WorkerState state_ = WorkerState::running;
  int number_ = 0;
};

}  // namespace assay::supervision
