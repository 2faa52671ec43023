#include "benchmarks/gpu_memory/benchmark.hpp"

#include <fmt/format.h>

#include <memory>

#include "benchmarks/device.hpp"
#include "benchmarks/gpu_memory/current_nominal.hpp"
#include "benchmarks/gpu_memory/on_device.hpp"
#include "benchmarks/gpu_memory/sizes.hpp"
#include "benchmarks/gpu_memory/transfer.hpp"
#include "collectives/together.hpp"
#include "core/error.hpp"
#include "core/native/cuda.hpp"

namespace assay::benchmarks {

using collectives::device::Placement;

std::vector<results::Record> measure_gpu_memory(const Job& job, const Placement& placement,
                                                const GpuMemoryOptions& options) {
  const int rank = placement.first_local();
  const native::CurrentDevice current{placement.device(rank)};
  DeviceKernels kernels;
  collectives::together(job.world, [&] {
    constexpr std::uint64_t needed =
        2 * gpu_memory::array_bytes + gpu_memory::chain_bytes + 4 * gpu_memory::transfer_bytes;
    std::size_t free = 0;
    std::size_t total = 0;
    native::check_cuda(cudaMemGetInfo(&free, &total));
    if (free < needed)
      throw UsageError{
          fmt::format("memory needs {} MiB on GPU {}, and {} MiB are free: end what "
                      "else uses it",
                      needed >> 20, placement.bus(rank), free >> 20)};
    gpu_memory::add_accesses(kernels);
    gpu_memory::add_chase(kernels);
    gpu_memory::add_pinned_transfers(kernels);
    gpu_memory::add_pageable_transfers(kernels);
    for (DeviceKernel& kernel : kernels) {
      kernel.description.memory = "device";
      kernel.description.device = placement.device_name(rank);
      if (kernel.description.benchmark == "memory") gpu_memory::add_nominal(kernel.description);
    }
  });
  DeviceOptions device;
  device.all_processors = true;  // the work is the GPUs'
  device.passes = 5;             // what is sent is written anew for each sample: that takes long
  device.iterations = options.iterations;
  device.confirmation = options.confirmation;
  device.deadline = options.deadline;
  return measure_devices(job, kernels, job.everyone(), device);
}

}  // namespace assay::benchmarks
