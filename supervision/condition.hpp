#pragma once

#include "core/heartbeat.hpp"
#include "core/units.hpp"
#include "supervision/rank_state.hpp"
#include "supervision/supervisor.hpp"

namespace assay::supervision {

/// What a supervisor sees of its worker at one moment.
struct WorkerView {
  WorkerState worker = WorkerState::running;
  int number = 0;  ///< exit code or signal
  Heartbeat::Phase phase = Heartbeat::Phase::starting;
  Seconds stopped_for;   ///< 0: it is not stopped
  Seconds overdue_by;    ///< past the deadline of the operation under way; below 0: time is left
  Seconds same_for;      ///< how long the heartbeat has been the same, under no deadline
  Seconds finished_for;  ///< since it said so; 0: it did not
};

/// Pure. `terminated` where it died by a signal that asks for an end: who else got it decides.
[[nodiscard]] Condition judge_worker(const WorkerView& view, const SupervisorOptions& options);

}  // namespace assay::supervision
