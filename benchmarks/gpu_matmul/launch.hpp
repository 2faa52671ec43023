#pragma once

#include <functional>

#include "benchmarks/gpu_matmul/kernels.hpp"
#include "benchmarks/gpu_matmul/ladder.hpp"

namespace assay::benchmarks::gpu_matmul {

/// Starts a product on a stream; asynchronous.
using Launch = std::function<cudaError_t(cudaStream_t)>;

/// What starts a kernel for this product on the current device, which it must run on (`why_not`).
/// Throws  Error of exit code 2; UnavailableError if the driver lacks what it needs.
[[nodiscard]] Launch prepare(const Rung& rung, OperandType type, const DeviceProduct& product);

}  // namespace assay::benchmarks::gpu_matmul
