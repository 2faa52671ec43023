// Idea   One warpgroup does nothing but have tiles copied, and gives its registers to two that do
//        nothing but multiply: neither waits for the other's instructions, only for full and empty
//        stages, and tensor cores always have the next stage's products begun.
// Takes  tf32, float16, bfloat16, float8_e4m3; any shape; a row by row, b column by column. Compute
//        capability 9.0.
// Cost   as tma_wgmma.
#include "benchmarks/gpu_matmul/specialised.cuh"
#include "benchmarks/gpu_matmul/tile_order.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using Tile = HopperTile;

template <OperandType type>
__global__ void __launch_bounds__(specialised_threads, 1)
    warp_specialised(const __grid_constant__ OperandMaps maps, const DeviceProduct product) {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  extern __shared__ std::byte shared[];
  const Stages stages{shared};
  const int group = static_cast<int>(threadIdx.x) / Tile::group_threads - 1;
  const int group_thread = static_cast<int>(threadIdx.x) % Tile::group_threads;
  const auto [tile_row, tile_column] = tile_place(blockIdx.x, pieces(product.rows, Tile::tile_rows),
                                                  pieces(product.columns, Tile::tile_columns));
  const std::int32_t row = tile_row * Tile::tile_rows;
  const std::int32_t column = tile_column * Tile::tile_columns;
  const std::int32_t count = stage_count<type>(product);

  if (threadIdx.x == 0) stages.make_barriers(Tile::groups * Tile::group_warps);
  __syncthreads();
  Turn turn;
  if (group < 0) {
    give_registers();
    if (group_thread != 0) return;
    for (std::int32_t stage = 0; stage < count; ++stage) {
      wait_for_phase(stages.empty(turn.slot), turn.parity ^ 1U);
      const std::uint32_t full = stages.full(turn.slot);
      expect_bytes(full, Tile::stage_bytes);
      copy_box(maps.a, first_element<type>(stage), row, stages.a(turn.slot), full);
      copy_box(maps.b, first_element<type>(stage), column, stages.b(turn.slot), full);
      turn.next();
    }
  } else {
    take_registers();
    Results results;
    consume<type>(stages, count, group, turn, results, [&](int slot) {
      if (group_thread % 32 == 0) arrive(stages.empty(slot));
    });
    store_results(product, row + group * Tile::group_rows, column, group_thread, results);
  }
#endif
}

struct Start {
  const OperandMaps& maps;
  const DeviceProduct& product;
  cudaStream_t stream;

  template <OperandType type>
  cudaError_t run() const noexcept {
    return start_tiles(reinterpret_cast<const void*>(warp_specialised<type>), specialised_threads,
                       maps, product, stream);
  }
};

}  // namespace

cudaError_t start_warp_specialised(OperandType type, const OperandMaps& maps,
                                   const DeviceProduct& product, cudaStream_t stream) noexcept {
  return with_hopper_type(type, Start{maps, product, stream});
}

}  // namespace assay::benchmarks::gpu_matmul
