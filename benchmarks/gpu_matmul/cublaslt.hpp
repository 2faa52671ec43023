#pragma once

#include <string>

#include "benchmarks/gpu_matmul/launch.hpp"
#include "benchmarks/matmul/shape.hpp"

namespace assay::benchmarks::gpu_matmul {

/// Why it cannot be used: not in this build, or not found; empty where it can.
[[nodiscard]] std::string why_no_cublaslt();

/// The vendor's product: of up to 32 algorithms that its heuristics propose the quickest, as timed
/// here on the current device, on `stream`. Sums and results are float32; of tf32 and float8_e4m3
/// it may do as our tensor-core kernels do (fast accumulation off). Throws  UnavailableError if the
/// library is not to be had, or has no algorithm for this product;
///         Error of exit code 2.
[[nodiscard]] Launch prepare_cublaslt(OperandType type, const DeviceProduct& product,
                                      MatmulLayout layout, cudaStream_t stream);

}  // namespace assay::benchmarks::gpu_matmul
