#pragma once

#include "benchmarks/device.hpp"
#include "benchmarks/disturbance.hpp"
#include "benchmarks/sampler.hpp"

namespace assay::benchmarks {

/// One kernel and all its samples so far.
class KernelMeter {
 public:
  /// `kernel` must outlive it.
  explicit KernelMeter(DeviceKernel& kernel) : kernel_{kernel} { samples_.wrong = {0}; }

  /// One turn: some runs of the kernel, at least three, as many as the budget allows by the time of
  /// the first, which does not count.
  void take_turn(Seconds budget);

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
