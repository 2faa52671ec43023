#pragma once

#include <cstddef>
#include <vector>

#include "benchmarks/gpu_matmul/operand_type.hpp"
#include "benchmarks/gpu_matmul/transpose.hpp"

namespace assay::benchmarks::gpu_matmul {

/// A product for kernels whose operands' lines lie along the depth (layout nt), and what is to be
/// transposed before it.
struct AlongDepth {
  DeviceProduct product;
  std::vector<Transposition> transpositions;
};

/// What the operands of `product` take that lie across the depth, once they lie along it; 0 in
/// layout nt.
[[nodiscard]] std::size_t transposed_bytes(OperandType type, const DeviceProduct& product);

/// `transposed`: so many bytes of the device's memory, which begin as operands do (`line_bytes`).
[[nodiscard]] AlongDepth along_depth(OperandType type, const DeviceProduct& product,
                                     void* transposed);

}  // namespace assay::benchmarks::gpu_matmul
