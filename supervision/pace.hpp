#pragma once

#include <poll.h>

#include <vector>

#include "core/units.hpp"
#include "supervision/supervisor.hpp"

namespace assay::supervision {

/// A supervisor shares a core with what is measured: this often it wakes up by itself.
constexpr Seconds look_around{0.2};
/// While it knows that something is about to happen.
constexpr Seconds look_closely{0.02};

/// How often a rank tells its state unasked: seldom enough for rank 0's host in a large job, often
/// enough to be no silence.
[[nodiscard]] Seconds beat_period(int ranks, const SupervisorOptions& options) noexcept;

/// Waits until one of `polled` has something, a signal comes, or `span` is over.
void wait_for_any(std::vector<pollfd>& polled, Seconds span) noexcept;

}  // namespace assay::supervision
