#pragma once

#include <functional>

#include "benchmarks/gpu_matmul/kernels.hpp"
#include "benchmarks/gpu_matmul/ladder.hpp"

namespace assay::benchmarks::gpu_matmul {

/// Starts a product on a stream; asynchronous.
using Launch = std::function<cudaError_t(cudaStream_t)>;

/// What starts a kernel for this product on the current device, which it must run on (`why_not`).
/// A kernel that does not take every layout has operands that lie across the depth transposed
/// first, each time, to `transposed`: memory of the device, `transposed_bytes`. Throws  Error of
/// exit code 2; UnavailableError if the driver lacks what it needs.
[[nodiscard]] Launch prepare(const Rung& rung, OperandType type, const DeviceProduct& product,
                             void* transposed);

}  // namespace assay::benchmarks::gpu_matmul
