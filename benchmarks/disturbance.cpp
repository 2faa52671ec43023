#include "benchmarks/disturbance.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "core/machine.hpp"

namespace assay::benchmarks {

DisturbanceProbe::DisturbanceProbe()
    : schedstat_{is_simulated() ? native::FileDescriptorTraits::null()
                                : ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)},
      last_{totals()} {}

Disturbance DisturbanceProbe::since_last() noexcept {
  const Disturbance now = totals();
  const Disturbance change{now.involuntary_switches - last_.involuntary_switches,
                           now.run_queue_wait - last_.run_queue_wait};
  last_ = now;
  return change;
}

Disturbance DisturbanceProbe::totals() const noexcept {
  Disturbance totals;
  if (is_simulated()) return totals;  // what this machine does to the simulator is no matter
  rusage usage{};
  if (::getrusage(RUSAGE_THREAD, &usage) == 0)
    totals.involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw);
  // "time on processor, time waiting for one (ns), time slices",
  // Documentation/scheduler/sched-stats.
  std::array<char, 96> text{};
  if (schedstat_ && ::pread(schedstat_.get(), text.data(), text.size() - 1, 0) > 0) {
    unsigned long long running = 0;
    unsigned long long waiting = 0;
    if (std::sscanf(text.data(), "%llu %llu", &running, &waiting) == 2)
      totals.run_queue_wait = {static_cast<double>(waiting) * 1e-9};
  }
  return totals;
}

}  // namespace assay::benchmarks
