#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/pattern.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// One kernel of one device, as Google Benchmark runs it.
struct DeviceKernel {
  results::Record description;  ///< names, size; the rest is filled in
  double flop = 0;              ///< of one run; 0: not arithmetic
  bool has_rate = true;         ///< false: a latency, whose size over time means nothing
  std::function<void()> run;    ///< timed
  /// What the last run took by the device's own clock; null: the processor's is good enough.
  std::function<Seconds()> elapsed;
  std::function<void()> prepare;  ///< before each run: dirties what run reads; may be null
  /// After each run, not timed: what is wrong with its result.
  std::function<std::optional<Mismatch>()> check;
};

/// Makes the kernels of this rank's device; called on the rank that is to measure, and their memory
/// is freed when the benchmark ends.
using DeviceKernels = std::vector<DeviceKernel>;

struct DeviceOptions {
  Seconds budget{0.05};           ///< of one kernel in one pass
  int passes = 10;                ///< each rank's turns, in changing order
  std::optional<int> iterations;  ///< samples of one kernel in all passes, instead of the budget
  /// As many ranks of a host at once as it has processors; else half of that.
  bool all_processors = false;
  int confirmation = 0;  ///< goes into the records
  Seconds deadline{300.0};
};

/// Measures `kernels` on the ranks in `chosen`, as many ranks of a host at once as half of its
/// processors carry (unless all are to work), in passes of changing order, so that peers
/// are interleaved in time. `kernels` are this rank's own (may be empty where it is not chosen).
/// Collective over the job. Returns all records on rank 0, none elsewhere.
[[nodiscard]] std::vector<results::Record> measure_devices(const Job& job, DeviceKernels& kernels,
                                                           const std::vector<int>& chosen,
                                                           const DeviceOptions& options);

}  // namespace assay::benchmarks
