#pragma once

#include <cstdint>
#include <string>

#include "core/units.hpp"

namespace assay {

/// Nanoseconds on this machine's steady clock (CLOCK_MONOTONIC): the same for every process of one
/// running kernel, unrelated between machines. Of simulated machines (core/machine.hpp) the
/// simulated time, the same on all.
[[nodiscard]] std::int64_t steady_nanoseconds() noexcept;

/// The same clock in seconds.
[[nodiscard]] inline Seconds steady_now() noexcept {
  constexpr double nanoseconds_per_second = 1e9;
  return {static_cast<double>(steady_nanoseconds()) / nanoseconds_per_second};
}

/// Rounded to the nearest.
[[nodiscard]] std::int64_t to_nanoseconds(Seconds span) noexcept;

/// The processor time of the calling thread so far.
[[nodiscard]] Seconds thread_processor_time() noexcept;

/// A point on the steady clock after which a wait must end.
class Deadline {
 public:
  [[nodiscard]] static Deadline after(Seconds span) noexcept;
  [[nodiscard]] bool passed() const noexcept { return steady_nanoseconds() >= nanoseconds_; }
  [[nodiscard]] std::int64_t nanoseconds() const noexcept { return nanoseconds_; }

 private:
  explicit Deadline(std::int64_t nanoseconds) noexcept : nanoseconds_{nanoseconds} {}
  std::int64_t nanoseconds_;
};

/// Sleeps; returns early only if interrupted by a signal.
void sleep_for(Seconds span) noexcept;

/// Keeps the processor busy for `span`: a delay shorter than the scheduler can sleep.
void spin_for(Seconds span) noexcept;

/// The wall clock in UTC, ISO 8601: 2026-11-23T16:29:00Z.
[[nodiscard]] std::string utc_timestamp();

}  // namespace assay
