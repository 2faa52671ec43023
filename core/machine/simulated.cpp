#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>

#include "core/clock.hpp"
#include "core/machine.hpp"

namespace assay {

bool is_simulated() noexcept { return true; }

std::string host_name() { return sg_host_self_get_name(); }

void yield_processor() noexcept {
  constexpr double nap_s = 1e-6;  // in the order of a network's latency
  sg_actor_sleep_for(nap_s);
}

std::int64_t steady_nanoseconds() noexcept { return to_nanoseconds(Seconds{simgrid_get_clock()}); }

void sleep_for(Seconds span) noexcept {
  if (span.value > 0) sg_actor_sleep_for(span.value);
}

void spin_for(Seconds span) noexcept { sleep_for(span); }

}  // namespace assay
