#include "supervision/condition.hpp"

#include "core/error.hpp"
#include "supervision/signals.hpp"

namespace assay::supervision {

namespace {

/// A worker whose transport watches the clock itself says best whom it waited for: let it.
constexpr Seconds overdue_margin{0.5};

Condition judge_exit(int code, Heartbeat::Phase phase) {
  // Whatever it had to say was said in order.
  const int last = static_cast<int>(ExitCode::verdict_inconclusive);
  if (phase == Heartbeat::Phase::finished && code <= last) return Condition::done;
  const bool gave_up =
      phase == Heartbeat::Phase::timed_out || code == static_cast<int>(ExitCode::deadline);
  return gave_up ? Condition::overdue : Condition::died;
}

}  // namespace

Condition judge_worker(const WorkerView& view, const SupervisorOptions& options) {
  switch (view.worker) {
    case WorkerState::killed:
      return asks_to_end(view.number) ? Condition::terminated : Condition::died;
    case WorkerState::exited:
      return judge_exit(view.number, view.phase);
    case WorkerState::stopped:
      // Nothing else can be held against it while it is stopped.
      return view.stopped_for >= options.stop_grace ? Condition::stopped : Condition::sound;
    case WorkerState::running:
      break;
  }
  if (view.phase == Heartbeat::Phase::timed_out) return Condition::overdue;
  if (view.finished_for >= options.finish) return Condition::lingering;
  if (view.phase != Heartbeat::Phase::running) return Condition::sound;
  if (view.overdue_by >= overdue_margin) return Condition::overdue;
  if (view.same_for >= options.stall) return Condition::stalled;
  return Condition::sound;
}

}  // namespace assay::supervision
