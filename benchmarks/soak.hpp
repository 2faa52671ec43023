#pragma once

#include <string>

#include "benchmarks/gpu_part.hpp"
#include "benchmarks/job.hpp"
#include "benchmarks/recording.hpp"
#include "benchmarks/telemetry.hpp"
#include "topology/pair_schedule.hpp"

namespace assay::benchmarks {

struct SoakOptions {
  Seconds duration{600};
  std::string transport = "auto";
  Seconds deadline{30};  ///< of one operation
};

/// Keeps all processors and links busy for a while, in the turns of a training step: every rank
/// multiplies, as many at a time as a host has processors, then all of them sum; GPUs do the same
/// after them (gpu_load.hpp); and once in each window the links of a ring are measured. Sensors are
/// read beside it.
///
/// Collective over the job. The records of a window (soak_matmul of each rank, soak_all_reduce,
/// soak_pair of each direction between neighbours, soak_gpu_matmul of each GPU,
/// soak_gpu_all_reduce, telemetry) are kept as soon as it is over, so that a soak can be
/// interrupted at any time. Throws  on all alike: UsageError where GPUs have not the memory; Error.
void run_soak(const Job& job, const SoakOptions& options, GpuPart& gpus, Recording& recording,
              Telemetry& telemetry);

/// A hundredth of the duration or so, within bounds: long enough for some turns, short enough to
/// see when something changed.
[[nodiscard]] Seconds soak_window(Seconds duration);

/// The links of a ring over all ranks, in rounds of disjoint pairs.
[[nodiscard]] std::vector<topology::PairRound> ring_rounds(int ranks);

}  // namespace assay::benchmarks
