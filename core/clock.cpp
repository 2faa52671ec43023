#include "core/clock.hpp"

#include <array>
#include <cmath>
#include <ctime>

#include "core/processor.hpp"

namespace assay {

namespace {
constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

std::int64_t to_nanoseconds(Seconds span) noexcept {
  return static_cast<std::int64_t>(std::llround(span.value * 1e9));
}
}  // namespace

std::int64_t steady_nanoseconds() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * nanoseconds_per_second + now.tv_nsec;
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

std::string utc_timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, sizeof "2026-11-23T16:29:00Z"> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace assay
