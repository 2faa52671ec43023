#pragma once

#include <optional>

#include "benchmarks/device.hpp"
#include "benchmarks/disturbance.hpp"
#include "benchmarks/sampler.hpp"

namespace assay::benchmarks {

/// How many of `iterations` are for turn number `turn` of `turns`, which share them alike; absent
/// where they are.
[[nodiscard]] std::optional<int> share_of_turn(std::optional<int> iterations, int turns, int turn);

/// One kernel and all its samples so far.
class KernelMeter {
 public:
  /// `kernel` must outlive it.
  explicit KernelMeter(DeviceKernel& kernel) : kernel_{kernel} { samples_.wrong = {0}; }

  /// One turn: `count` runs of the kernel after one that does not count. Absent: as many as the
  /// budget allows by the time of that one, at least three.
  void take_turn(Seconds budget, std::optional<int> count);

  /// What the kernel is, its samples and its rate, as of `rank`; at least one turn was taken.
  [[nodiscard]] results::Record record(int rank, int confirmation) const;

 private:
  Seconds warm_up();
  Seconds take_sample();
  void note(Mismatch mismatch);

  DeviceKernel& kernel_;
  DisturbanceProbe probe_;
  Samples samples_;
};

}  // namespace assay::benchmarks
