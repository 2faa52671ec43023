// Idea   As many blocks as there are multiprocessors stay and make one tile after the other, so
// that
//        the next tile's stages are copied while the last one's results are stored. Two blocks, one
//        below the other, are a cluster: each copies half of the tile of b that both need, to both
//        (multicast).
// Takes  tf32, float16, bfloat16, float8_e4m3; any shape; a row by row, b column by column. Compute
//        capability 9.0.
// Cost   a is read once for 256 columns, b once for 256 rows; 4 stages of 128 bytes along k.
#include "benchmarks/gpu_matmul/specialised.cuh"
#include "benchmarks/gpu_matmul/tile_order.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using Tile = HopperTile;
constexpr int cluster = Tile::cluster_blocks;
constexpr int pair_rows = cluster * Tile::tile_rows;

/// The tiles of a cluster's blocks, one cluster after the other.
struct Work {
  std::int32_t rows;  ///< in pairs of tiles
  std::int32_t columns;
  [[nodiscard]] constexpr std::int64_t tiles() const { return std::int64_t{rows} * columns; }
};
constexpr Work work_of(const DeviceProduct& product) {
  return {pieces(product.rows, pair_rows), pieces(product.columns, Tile::tile_columns)};
}

template <OperandType type>
__global__ void __launch_bounds__(specialised_threads, 1)
    persistent(const __grid_constant__ OperandMaps maps, const DeviceProduct product) {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  extern __shared__ std::byte shared[];
  const Stages stages{shared};
  const int group = static_cast<int>(threadIdx.x) / Tile::group_threads - 1;
  const int group_thread = static_cast<int>(threadIdx.x) % Tile::group_threads;
  const int block = cluster_block();
  const Work work = work_of(product);
  const std::int64_t first = blockIdx.x / cluster;
  const std::int64_t step = gridDim.x / cluster;
  const std::int32_t count = stage_count<type>(product);

  if (threadIdx.x == 0) stages.make_barriers(cluster * Tile::groups * Tile::group_warps);
  meet_cluster();
  Turn turn;
  if (group < 0) {
    give_registers();
    if (group_thread == 0)
      for (std::int64_t tile = first; tile < work.tiles(); tile += step) {
        const auto [tile_row, tile_column] = tile_place(tile, work.rows, work.columns);
        const std::int32_t row = tile_row * pair_rows + block * Tile::tile_rows;
        const std::int32_t column = tile_column * Tile::tile_columns + block * Tile::b_share;
        constexpr std::uint16_t all = (1U << cluster) - 1;
        for (std::int32_t stage = 0; stage < count; ++stage) {
          // Empty here and in the other block, as half of b goes there.
          wait_for_phase(stages.empty(turn.slot), turn.parity ^ 1U);
          const std::uint32_t full = stages.full(turn.slot);
          const std::int32_t element = first_element<type>(stage);
          expect_bytes(full, Tile::stage_bytes);
          copy_box(maps.a, element, row, stages.a(turn.slot), full);
          copy_box_to(maps.b, element, column,
                      stages.b(turn.slot) +
                          static_cast<std::uint32_t>(block * Tile::b_share * tile_line_bytes),
                      full, all);
          turn.next();
        }
      }
  } else {
    take_registers();
    Results results;
    for (std::int64_t tile = first; tile < work.tiles(); tile += step) {
      const auto [tile_row, tile_column] = tile_place(tile, work.rows, work.columns);
      consume<type>(stages, count, group, turn, results, [&](int slot) {
        if (group_thread % 32 < cluster) arrive_at(stages.empty(slot), group_thread % 32);
      });
      store_results(product,
                    tile_row * pair_rows + block * Tile::tile_rows + group * Tile::group_rows,
                    tile_column * Tile::tile_columns, group_thread, results);
    }
  }
  __syncwarp();    // the producer's other threads came here long ago
  meet_cluster();  // nobody leaves while the other's copies and arrivals are on their way here
#endif
}

/// How a kernel of clusters is started. Points to itself: neither copied nor moved.
struct Launch {
  explicit Launch(cudaStream_t stream, std::int64_t pairs) {
    attribute.id = cudaLaunchAttributeClusterDimension;
    attribute.val.clusterDim.x = cluster;
    attribute.val.clusterDim.y = 1;
    attribute.val.clusterDim.z = 1;
    config.gridDim = dim3{static_cast<unsigned>(cluster * pairs)};
    config.blockDim = dim3{specialised_threads};
    config.dynamicSmemBytes = Tile::shared_bytes;
    config.stream = stream;
    config.attrs = &attribute;
    config.numAttrs = 1;
  }
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;
  cudaLaunchAttribute attribute{};
  cudaLaunchConfig_t config{};
};

template <OperandType type>
cudaError_t allow_shared_memory() noexcept {
  return cudaFuncSetAttribute(reinterpret_cast<const void*>(persistent<type>),
                              cudaFuncAttributeMaxDynamicSharedMemorySize, Tile::shared_bytes);
}

struct Start {
  const OperandMaps& maps;
  const DeviceProduct& product;
  int resident_pairs;
  cudaStream_t stream;

  template <OperandType type>
  cudaError_t run() const noexcept {
    const cudaError_t status = allow_shared_memory<type>();
    if (status != cudaSuccess) return status;
    const std::int64_t tiles = work_of(product).tiles();
    const Launch launch{stream, tiles < resident_pairs ? tiles : resident_pairs};
    OperandMaps maps_copy = maps;
    DeviceProduct product_copy = product;
    void* arguments[] = {&maps_copy, &product_copy};
    return cudaLaunchKernelExC(&launch.config, reinterpret_cast<const void*>(persistent<type>),
                               arguments);
  }
};

struct Count {
  int& pairs;

  template <OperandType type>
  cudaError_t run() const noexcept {
    const cudaError_t status = allow_shared_memory<type>();
    if (status != cudaSuccess) return status;
    const Launch launch{nullptr, 1};
    return cudaOccupancyMaxActiveClusters(&pairs, reinterpret_cast<const void*>(persistent<type>),
                                          &launch.config);
  }
};

}  // namespace

cudaError_t start_persistent(OperandType type, const OperandMaps& maps,
                             const DeviceProduct& product, int pairs,
                             cudaStream_t stream) noexcept {
  return with_hopper_type(type, Start{maps, product, pairs, stream});
}

int resident_pairs(OperandType type) {
  int pairs = 0;
  native::check_cuda(with_hopper_type(type, Count{pairs}));
  return pairs;
}

}  // namespace assay::benchmarks::gpu_matmul
