#pragma once

#include "benchmarks/device.hpp"

namespace assay::benchmarks::gpu_memory {

/// Adds copies by the driver between the host's memory and the current GPU's: there, back and both
/// at once. Pageable memory goes by pinned buffers of the driver's own. Throws  Error of exit code
/// 2; std::bad_alloc.
void add_transfers(DeviceKernels& kernels, bool pinned);

}  // namespace assay::benchmarks::gpu_memory
