#pragma once

#include <optional>

#include "collectives/bootstrap/roll_call.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace assay::cli {

/// How long a rank that was started may take to say that it is there, once MPI itself is up.
inline constexpr Seconds attendance_patience{20.0};

/// Says, on the standard error output, who is missing by a roll call of that patience: rank 0 which
/// ranks it did not hear, a rank that is cut off which host it is on.
/// Returns  nothing if all ranks are there; else what to leave with, without finalising MPI.
[[nodiscard]] std::optional<ExitCode> check_attendance(const collectives::Roll& roll,
                                                       Seconds patience);

}  // namespace assay::cli
