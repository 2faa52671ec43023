#pragma once

#include "benchmarks/gpu_matmul/fragment.hpp"
#include "benchmarks/gpu_matmul/hopper_tile.hpp"
#include "benchmarks/gpu_matmul/kernels.hpp"
#include "benchmarks/gpu_matmul/tensor_copy.cuh"
#include "benchmarks/gpu_matmul/wgmma.cuh"

// What the kernels for Hopper share: their stages in shared memory, one stage's products, and how
// results are stored.

namespace assay::benchmarks::gpu_matmul {

/// The stages of a block: tiles of a and b, a barrier that says when they are full, and one that
/// says when they may be filled again.
struct Stages {
  std::uint32_t first;  ///< shared address
  __device__ explicit Stages(const void* shared)
      : first{(shared_address(shared) + tile_alignment - 1) / tile_alignment * tile_alignment} {}
  [[nodiscard]] __device__ std::uint32_t a(int slot) const {
    return first + static_cast<std::uint32_t>(slot * HopperTile::stage_bytes);
  }
  [[nodiscard]] __device__ std::uint32_t b(int slot) const { return a(slot) + HopperTile::a_bytes; }
  [[nodiscard]] __device__ std::uint32_t full(int slot) const {
    return a(HopperTile::stages) + static_cast<std::uint32_t>(slot * sizeof(std::uint64_t));
  }
  [[nodiscard]] __device__ std::uint32_t empty(int slot) const {
    return full(HopperTile::stages + slot);
  }
  /// By one thread, before all meet. A full stage is announced by one, an empty one by `consumers`.
  __device__ void make_barriers(int consumers) const {
    for (int slot = 0; slot < HopperTile::stages; ++slot) {
      make_barrier(full(slot), 1);
      make_barrier(empty(slot), consumers);
    }
    publish_barriers();
  }
};

/// How many stages the depth of a product takes.
template <OperandType type>
__device__ std::int32_t stage_count(const DeviceProduct& product) {
  constexpr std::int32_t elements = tile_line_bytes / static_cast<std::int32_t>(info(type).bytes);
  return pieces(product.depth, elements);
}
/// The element along k at which a stage begins.
template <OperandType type>
__device__ std::int32_t first_element(std::int32_t stage) {
  return stage * (tile_line_bytes / static_cast<std::int32_t>(info(type).bytes));
}

using Results = float[HopperTile::results];

/// A warpgroup's products of one stage, begun and not waited for: its 64 rows by all columns.
template <OperandType type>
__device__ void multiply_stage(const Stages& stages, int slot, int group, bool first,
                               Results& results) {
  const std::uint64_t a =
      wgmma_descriptor(stages.a(slot) + static_cast<std::uint32_t>(group * HopperTile::group_rows *
                                                                   tile_line_bytes));
  const std::uint64_t b = wgmma_descriptor(stages.b(slot));
  begin_steps();
#pragma unroll
  for (int step = 0; step < line_steps; ++step)
    multiply_step<type>(results, a + step * descriptor_step, b + step * descriptor_step,
                        first && step == 0 ? 0 : 1);
  end_steps();
}

/// Stores a warpgroup's results, of which the first is at (row, column): two at a time, four
/// threads 32 bytes of a row.
__device__ inline void store_results(const DeviceProduct& product, std::int32_t row,
                                     std::int32_t column, int group_thread,
                                     const Results& results) {
#pragma unroll
  for (int number = 0; number < HopperTile::results; number += 2) {
    const ResultPlace place = group_result_place(group_thread, number);
    const std::int32_t at_row = row + place.row;
    const std::int32_t at_column = column + place.column;
    if (at_row >= product.rows || at_column >= product.columns) continue;
    float* to = product.c + at_row * product.c_row_step + at_column;
    if (at_column + 1 < product.columns)
      *reinterpret_cast<float2*>(to) = make_float2(results[number], results[number + 1]);
    else
      *to = results[number];
  }
}

/// Calls `body.run<type>()` for the types that Hopper's kernels take.
template <class Body>
cudaError_t with_hopper_type(OperandType type, const Body& body) noexcept {
  switch (type) {
    case OperandType::tf32:
      return body.template run<OperandType::tf32>();
    case OperandType::float16:
      return body.template run<OperandType::float16>();
    case OperandType::bfloat16:
      return body.template run<OperandType::bfloat16>();
    case OperandType::float8_e4m3:
      return body.template run<OperandType::float8_e4m3>();
    default:
      return cudaErrorInvalidValue;
  }
}

/// Starts a block of `threads` for each tile of the product.
inline cudaError_t start_tiles(const void* kernel, unsigned threads, OperandMaps maps,
                               DeviceProduct product, cudaStream_t stream) noexcept {
  const cudaError_t status = cudaFuncSetAttribute(
      kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, HopperTile::shared_bytes);
  if (status != cudaSuccess) return status;
  const std::int64_t blocks = std::int64_t{pieces(product.rows, HopperTile::tile_rows)} *
                              pieces(product.columns, HopperTile::tile_columns);
  void* arguments[] = {&maps, &product};
  return cudaLaunchKernel(kernel, dim3{static_cast<unsigned>(blocks)}, dim3{threads}, arguments,
                          HopperTile::shared_bytes, stream);
}

}  // namespace assay::benchmarks::gpu_matmul
