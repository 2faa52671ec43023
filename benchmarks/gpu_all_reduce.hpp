#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/gpu_collective.hpp"
#include "benchmarks/job.hpp"
#include "collectives/device/placement.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// The ways in which the GPUs of a placement may sum together: ours, and NCCL's own choice after
/// them. Within a host GPUs reach each other's memory; across hosts ours are moved by the hosts, by
/// `transport`, where each process has one GPU. None for one GPU.
[[nodiscard]] std::vector<GpuVariant> all_reduce_variants(
    const collectives::device::Placement& placement, bool nccl, const std::string& transport);

/// Sets a variant up for messages of up to `largest`; null, with the reason in `why`, where the
/// machine or the library has not what it needs: NCCL's own library, a switch that sums, access to
/// a peer. Collective over the job. Throws  as GpuBenchmark does, for everything else.
[[nodiscard]] std::unique_ptr<GpuBenchmark> set_up_all_reduce(
    const Job& job, const collectives::device::Placement& placement, const GpuVariant& variant,
    Bytes largest, Seconds deadline, std::string& why);

/// One measurement of it, out of place. Of a wrong result `first_wrong` has the process whose GPU
/// it is of. Collective; the same on all ranks.
[[nodiscard]] results::Record measure_sum(GpuBenchmark& benchmark,
                                          const collectives::device::Placement& placement,
                                          Bytes size, const SamplerOptions& sampler);

struct GpuAllReduceOptions {
  std::string transport = "auto";
  std::span<const std::uint64_t> sizes;  ///< ascending; those without memory are left out
  Seconds deadline{30.0};                ///< of one sample
};

/// Each variant at each size, some operations in a row a sample, of which the last result is
/// checked. A variant that cannot be had has one record without samples, whose report has the
/// reason as fact `left_out`. Collective; records on rank 0.
[[nodiscard]] std::vector<results::Record> measure_gpu_all_reduce(
    const Job& job, const collectives::device::Placement& placement,
    const GpuAllReduceOptions& options);

/// How many of `sizes` (ascending) can be summed where each rank's GPU has `device` bytes free, and
/// each process of `per_process` GPUs `host` bytes of its host's memory; at least one.
[[nodiscard]] std::size_t sizes_that_fit(std::span<const std::uint64_t> sizes, Bytes device,
                                         Bytes host, int per_process);

}  // namespace assay::benchmarks
