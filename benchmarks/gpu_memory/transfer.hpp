#pragma once

#include "benchmarks/device.hpp"

namespace assay::benchmarks::gpu_memory {

/// Adds copies between the host's memory and the current GPU's: there, back and both at once.
/// Pinned memory is copied by copy engines and by kernels that load and store it where it lies, in
/// times of the GPU's own; pageable memory by the driver, over pinned buffers of its own, which the
/// processor fills and empties: in times of the host's. Throws  Error of exit code 2;
/// std::bad_alloc.
void add_pinned_transfers(DeviceKernels& kernels);
void add_pageable_transfers(DeviceKernels& kernels);

}  // namespace assay::benchmarks::gpu_memory
