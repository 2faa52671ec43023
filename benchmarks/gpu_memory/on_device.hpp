#pragma once

#include "benchmarks/device.hpp"

namespace assay::benchmarks::gpu_memory {

/// Adds what reads, writes and copies the current GPU's memory by kernels. Throws  Error of exit
/// code 2.
void add_accesses(DeviceKernels& kernels);

/// Adds a walk along a random cycle of lines, each of which is loaded to know the next.
void add_chase(DeviceKernels& kernels);

}  // namespace assay::benchmarks::gpu_memory
