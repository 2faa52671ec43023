#pragma once

#include <cstdint>

#include "core/native/posix.hpp"
#include "core/units.hpp"

namespace assay::benchmarks {

/// What others did to this thread in some span of time.
struct Disturbance {
  std::uint64_t involuntary_switches = 0;  ///< the kernel took the processor away
  Seconds run_queue_wait;                  ///< ready to run, but no processor was free

  /// A wait shorter than this is the kernel's own bookkeeping, not another program.
  static constexpr Seconds noticeable{20e-6};
  [[nodiscard]] bool noticed() const noexcept {
    return involuntary_switches > 0 || run_queue_wait > noticeable;
  }
  Disturbance& operator+=(const Disturbance& other) noexcept {
    involuntary_switches += other.involuntary_switches;
    run_queue_wait = run_queue_wait + other.run_queue_wait;
    return *this;
  }
};

/// Reads the kernel's counters of the calling thread. Where a counter is not to be had (no
/// scheduler statistics in the kernel) it stays 0.
class DisturbanceProbe {
 public:
  DisturbanceProbe();
  /// What happened since the last call (or the construction). Cost: two system calls.
  [[nodiscard]] Disturbance since_last() noexcept;

 private:
  [[nodiscard]] Disturbance totals() const noexcept;

  native::FileDescriptor schedstat_;
  Disturbance last_;
};

}  // namespace assay::benchmarks
