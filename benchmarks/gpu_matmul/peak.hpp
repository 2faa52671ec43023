#pragma once

#include <optional>

#include "benchmarks/gpu_matmul/ladder.hpp"

namespace assay::benchmarks::gpu_matmul {

/// Dense floating point operations, two for each multiplication and addition, that the
/// multiprocessors of a GPU can do in one clock: of float32 on CUDA cores, of other types on tensor
/// cores. None where it is not known of such GPUs.
/// Source  NVIDIA's datasheets, peak over multiprocessors and boost clock: A100 19.5, 156 and 312
///         TFLOP/s (float32, tf32, float16 and bfloat16) of 108 at 1.41 GHz; H100 SXM 66.9 of 132
///         at 1.98 GHz, 494.7, 989.4 and 1979 (float8) at 1.83 GHz; HGX B200 tf32 1125, 2250 and
///         4500 of 148 at 1.85 GHz.
[[nodiscard]] std::optional<double> peak_flop_per_clock(OperandType type, Capability capability,
                                                        int multiprocessors);

}  // namespace assay::benchmarks::gpu_matmul
