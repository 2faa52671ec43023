#pragma once

#include <memory>
#include <string>

#include "benchmarks/collective.hpp"
#include "benchmarks/job.hpp"
#include "benchmarks/sampler.hpp"
#include "collectives/device/placement.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// One way to do a collective on GPUs.
struct GpuVariant {
  std::string implementation;  ///< assay, nccl
  std::string algorithm;
  bool registered = false;  ///< of nccl: its buffers are registered
  bool window = false;      ///< of nccl: in a symmetric window
  int graph = 0;            ///< operations in a graph; 0: none
  /// Of assay: the hosts move it, by a transport of theirs, and GPUs work on what they move.
  bool staged = false;
  std::string transport = "auto";  ///< of a staged one
};

/// Whether NCCL is in this build.
[[nodiscard]] bool has_nccl();

/// Collective over the job: the GPUs of its ranks, of which every process drives `per_process`, or
/// all virtual ones on one.
/// Throws  on all alike: as require_gpus() and place_ranks() do.
[[nodiscard]] collectives::device::Placement place_on_gpus(const Job& job, int per_process,
                                                           bool is_virtual);

/// What is free on each of this process's GPUs, at least.
/// Throws  Error of exit code 2.
[[nodiscard]] Bytes least_free_memory(const collectives::device::Placement& placement);

/// A variant set up for one task, to be measured at any size up to the largest. All members are
/// collective over the job.
class GpuBenchmark {
 public:
  /// Throws  UsageError, UnavailableError or Error, as what it is made of.
  GpuBenchmark(const Job& job, const collectives::device::Placement& placement,
               const GpuVariant& variant, const CollectiveTask& task, Bytes largest,
               Seconds deadline);
  ~GpuBenchmark();
  GpuBenchmark(const GpuBenchmark&) = delete;
  GpuBenchmark& operator=(const GpuBenchmark&) = delete;

  /// As CollectiveBenchmark's; a graph's operations are those of a sample. Records of virtual ranks
  /// are labelled so, and have no bandwidth, as there is no link.
  /// Throws  Error of exit code 2 or 3 where the library failed, 4 where a rank did not come.
  [[nodiscard]] results::Record measure(Bytes size, bool in_place, SamplerOptions options);
  /// What the last of them saw; where it is by rank, by process of the job.
  [[nodiscard]] const Samples& samples() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace assay::benchmarks
