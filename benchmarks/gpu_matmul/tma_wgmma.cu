// Idea   One thread has whole tiles copied by the copy engine (TMA), which swizzles them; four
// warps
//        together have 64 x 256 results multiplied by one instruction (wgmma), whose operands stay
//        in shared memory: neither takes registers or threads.
// Takes  tf32, float16, bfloat16, float8_e4m3; any shape; a row by row, b column by column. Compute
//        capability 9.0.
// Cost   a and b are read once for 256 columns and 128 rows; 4 stages of 128 bytes along k.
#include "benchmarks/gpu_matmul/hopper_block.cuh"
#include "benchmarks/gpu_matmul/tile_order.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using Tile = HopperTile;
constexpr int threads = Tile::groups * Tile::group_threads;

template <OperandType type>
__global__ void __launch_bounds__(threads, 1)
    tma_wgmma(const __grid_constant__ OperandMaps maps, const DeviceProduct product) {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  extern __shared__ std::byte shared[];
  const Stages stages{shared};
  const auto thread = static_cast<int>(threadIdx.x);
  const int group = thread / Tile::group_threads;
  const auto [tile_row, tile_column] = tile_place(blockIdx.x, pieces(product.rows, Tile::tile_rows),
                                                  pieces(product.columns, Tile::tile_columns));
  const std::int32_t row = tile_row * Tile::tile_rows;
  const std::int32_t column = tile_column * Tile::tile_columns;
  const std::int32_t count = stage_count<type>(product);

  const auto fill = [&](std::int32_t stage) {
    const int slot = stage % Tile::stages;
    expect_bytes(stages.full(slot), Tile::stage_bytes);
    copy_box(maps.a, first_element<type>(stage), row, stages.a(slot), stages.full(slot));
    copy_box(maps.b, first_element<type>(stage), column, stages.b(slot), stages.full(slot));
  };
  if (thread == 0) stages.make_barriers(1);
  __syncthreads();
  if (thread == 0)
    for (std::int32_t stage = 0; stage < Tile::stages && stage < count; ++stage) fill(stage);

  Results results;
  Turn turn;
  for (std::int32_t stage = 0; stage < count; ++stage) {
    wait_for_phase(stages.full(turn.slot), turn.parity);
    multiply_stage<type>(stages, turn.slot, group, stage == 0, results);
    wait_for_steps<0>();
    __syncthreads();  // all have read it
    if (thread == 0 && stage + Tile::stages < count) fill(stage + Tile::stages);
    turn.next();
  }
  store_results(product, row + group * Tile::group_rows, column, thread % Tile::group_threads,
                results);
#endif
}

struct Start {
  const OperandMaps& maps;
  const DeviceProduct& product;
  cudaStream_t stream;

  template <OperandType type>
  cudaError_t run() const noexcept {
    return start_tiles(reinterpret_cast<const void*>(tma_wgmma<type>), threads, maps, product,
                       stream);
  }
};

}  // namespace

cudaError_t start_tma_wgmma(OperandType type, const OperandMaps& maps, const DeviceProduct& product,
                            cudaStream_t stream) noexcept {
  return with_hopper_type(type, Start{maps, product, stream});
}

}  // namespace assay::benchmarks::gpu_matmul
