#pragma once

#include <functional>
#include <optional>

#include "core/error.hpp"

namespace assay::supervision {

/// Runs a supervisor behind a process that is all the launcher sees of it. A launcher that learns
/// of a death kills what it started at once and unasked (MPICH's does), so the supervisors
/// themselves would have no time to name what died: they are in sessions of their own, and are only
/// asked to end (SIGTERM) when their front is killed. A front whose supervisor is killed stays
/// until the others' have judged. Signals that ask for the end are passed on. Call before anything
/// is initialised, from a process with one thread. Returns  what the supervisor does, or `deadline`
/// if that was killed.
[[nodiscard]] ExitCode behind_front(const std::function<ExitCode()>& supervisor,
                                    std::optional<int> launcher_socket);

}  // namespace assay::supervision
