#include <sched.h>
#include <sys/utsname.h>

#include <ctime>

#include "core/clock.hpp"
#include "core/machine.hpp"
#include "core/processor.hpp"

namespace assay {

namespace {
constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
}  // namespace

bool is_simulated() noexcept { return false; }

std::string host_name() {
  utsname names{};
  return uname(&names) == 0 ? names.nodename : "";
}

void yield_processor() noexcept { sched_yield(); }

std::int64_t steady_nanoseconds() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * nanoseconds_per_second + now.tv_nsec;
}

void sleep_for(Seconds span) noexcept {
  const std::int64_t total = to_nanoseconds(span);
  if (total <= 0) return;
  const timespec wanted{total / nanoseconds_per_second, total % nanoseconds_per_second};
  nanosleep(&wanted, nullptr);
}

void spin_for(Seconds span) noexcept {
  const auto end = Deadline::after(span);
  while (!end.passed()) processor_relax();
}

}  // namespace assay
