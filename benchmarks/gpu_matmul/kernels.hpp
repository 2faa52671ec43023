#pragma once

#include "benchmarks/gpu_matmul/operand_type.hpp"
#include "benchmarks/gpu_matmul/product.hpp"
#include "benchmarks/gpu_matmul/row_sum.hpp"
#include "benchmarks/gpu_matmul/transpose.hpp"
#include "core/native/cuda.hpp"
#include "core/native/tensor_map.hpp"

namespace assay::benchmarks::gpu_matmul {

// What starts the kernels; ladder.hpp says which of them takes what. All are asynchronous.

[[nodiscard]] cudaError_t start_naive(OperandType type, const DeviceProduct& product,
                                      cudaStream_t stream) noexcept;
[[nodiscard]] cudaError_t start_tiled(OperandType type, const DeviceProduct& product,
                                      cudaStream_t stream) noexcept;
[[nodiscard]] cudaError_t start_register_blocked(const DeviceProduct& product,
                                                 cudaStream_t stream) noexcept;
[[nodiscard]] cudaError_t start_tensor_cores(OperandType type, const DeviceProduct& product,
                                             cudaStream_t stream) noexcept;

/// The operands as Hopper's tensor copies see them.
struct OperandMaps {
  CUtensorMap a;
  CUtensorMap b;
};
[[nodiscard]] cudaError_t start_tma_wgmma(OperandType type, const OperandMaps& maps,
                                          const DeviceProduct& product,
                                          cudaStream_t stream) noexcept;
[[nodiscard]] cudaError_t start_warp_specialised(OperandType type, const OperandMaps& maps,
                                                 const DeviceProduct& product,
                                                 cudaStream_t stream) noexcept;
/// The map of b is for boxes of half a tile here; `pairs` of blocks stay, of those that the current
/// device has room for at once.
[[nodiscard]] cudaError_t start_persistent(OperandType type, const OperandMaps& maps,
                                           const DeviceProduct& product, int pairs,
                                           cudaStream_t stream) noexcept;
/// Throws  Error of exit code 2.
[[nodiscard]] int resident_pairs(OperandType type);

/// Of elements as wide as the type's.
[[nodiscard]] cudaError_t start_transpose(OperandType type, const Transposition& of,
                                          cudaStream_t stream) noexcept;

/// RowSum of each row of the product's result, with `weights` by column: 8 bytes of both lie in the
/// device's memory.
[[nodiscard]] cudaError_t start_row_sums(const DeviceProduct& product, const std::uint64_t* weights,
                                         bool exact, RowSum* sums, cudaStream_t stream) noexcept;

}  // namespace assay::benchmarks::gpu_matmul
