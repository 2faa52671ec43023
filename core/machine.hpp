#pragma once

#include <string>

namespace assay {

/// What the ranks run on. A build has one of two: `machine/real.cpp`, or `machine/simulated.cpp`,
/// where each rank is an actor on one of SimGrid's hosts and all of them share one thread. The
/// clock and the sleeping of core/clock.hpp are implemented there, too.

/// True where hosts, network and time are simulated; what computes is this machine all the same.
[[nodiscard]] bool is_simulated() noexcept;

/// The label of what is measured here: real or simulated.
[[nodiscard]] inline const char* measurement_label() noexcept {
  return is_simulated() ? "simulated" : "real";
}

/// The name of the host that this rank is on.
[[nodiscard]] std::string host_name();

/// For a rank that waits for what another one must do first: lets others use the processor, or some
/// simulated time pass.
void yield_processor() noexcept;

}  // namespace assay
