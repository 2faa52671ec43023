#pragma once

#include <csignal>
#include <optional>

#include "core/native/posix.hpp"

namespace assay::supervision {

/// Turns SIGCHLD, SIGTERM, SIGINT and SIGHUP into something to poll(2) for. They stay blocked for
/// the rest of the process: a launcher that asks for an end which is under way must not cut it off.
class SignalQueue {
 public:
  /// Throws  Error
  SignalQueue();

  [[nodiscard]] int descriptor() const noexcept { return queue_.get(); }
  /// Empties the queue.
  /// Returns  a signal that asks this process to end, if one was in it.
  [[nodiscard]] std::optional<int> request_to_end() noexcept;
  /// In a forked child, which wants signals as they were.
  void restore_mask() const noexcept;

 private:
  sigset_t before_{};
  native::FileDescriptor queue_;
};

/// Whether launchers and terminals send this signal to all processes of a job to end it.
[[nodiscard]] bool asks_to_end(int signal) noexcept;

}  // namespace assay::supervision
