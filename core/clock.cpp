#include "core/clock.hpp"

#include <array>
#include <cmath>
#include <ctime>

namespace assay {

std::int64_t to_nanoseconds(Seconds span) noexcept {
  constexpr double nanoseconds_per_second = 1e9;
  return static_cast<std::int64_t>(std::llround(span.value * nanoseconds_per_second));
}

Seconds thread_processor_time() noexcept {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  constexpr double seconds_per_nanosecond = 1e-9;
  return {static_cast<double>(used.tv_sec) +
          static_cast<double>(used.tv_nsec) * seconds_per_nanosecond};
}

Deadline Deadline::after(Seconds span) noexcept {
  return Deadline{steady_nanoseconds() + to_nanoseconds(span)};
}

std::string utc_timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, sizeof "2026-11-23T16:29:00Z"> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace assay
