#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/heartbeat.hpp"

namespace assay::supervision {

/// What the kernel says of a worker process.
enum class WorkerState { running, stopped, exited, killed };

/// What a supervisor makes of a rank: its own worker's, as the kernel and the heartbeat show it, or
/// another rank's, as the health channel shows it.
enum class Condition {
  sound,
  done,        ///< its work is finished and its worker left with a code of its own choice
  died,        ///< by a signal, or left in the middle of its work
  terminated,  ///< died by a signal that a launcher sends to a whole job; see `asked_to_end`
  stopped,     ///< longer than the grace
  overdue,     ///< past the deadline of an operation
  stalled,     ///< under no deadline, and without any progress for too long
  lingering,   ///< its work is finished, but its process does not end
  lost,        ///< its supervisor's connection closed without a word
  silent,      ///< its supervisor does not answer
  unknown,     ///< its supervisor never joined the channel
};

/// Where one rank stands: what supervisors tell each other, and what a diagnosis is made of.
struct RankState {
  int rank = -1;
  std::string host;
  int pid = 0;  ///< of the worker
  WorkerState worker = WorkerState::running;
  int number = 0;  ///< the exit code of an exited worker, the signal of a killed one
  Heartbeat::Phase phase = Heartbeat::Phase::starting;
  Condition condition = Condition::sound;
  std::string benchmark;
  int lane = 0;
  int step = -1;
  int waiting_for = Heartbeat::nobody;
  bool asked_to_end = false;  ///< its supervisor got SIGTERM, SIGINT or SIGHUP
  std::string lost_links;     ///< of its host, since the job began; empty: none

  // Known to the observer only; not sent.
  bool answered = true;  ///< it spoke since the first alarm
  int alarm_order = 0;   ///< 1: the first whose condition was alarming; 0: it is not

  friend bool operator==(const RankState&, const RankState&) = default;
};

/// Whether a job can not go on with a rank in this condition.
[[nodiscard]] bool is_alarming(Condition condition) noexcept;

/// One line without its end; texts are escaped.
[[nodiscard]] std::string encode(const RankState& state);
/// Returns  nothing where `text` is not what `encode` made: the channel may carry anything.
[[nodiscard]] std::optional<RankState> decode(std::string_view text);

}  // namespace assay::supervision
