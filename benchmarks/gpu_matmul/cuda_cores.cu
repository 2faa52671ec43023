#include "benchmarks/gpu_matmul/kernels.hpp"
#include "benchmarks/gpu_matmul/naive.hpp"
#include "benchmarks/gpu_matmul/register_blocked.hpp"
#include "benchmarks/gpu_matmul/tile_order.hpp"
#include "benchmarks/gpu_matmul/tiled.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using collectives::device::DeviceBfloat16;
using collectives::device::DeviceFloat16;
using collectives::reduction::Plain;

/// The first row and column of this block's tile.
template <class Kernel>
__device__ TilePlace own_tile(const DeviceProduct& product) {
  const TilePlace tile = tile_place(blockIdx.x, pieces(product.rows, Kernel::tile_rows),
                                    pieces(product.columns, Kernel::tile_columns));
  return {tile.row * Kernel::tile_rows, tile.column * Kernel::tile_columns};
}

template <class Format>
__global__ void __launch_bounds__(Naive<Format>::threads) naive(const DeviceProduct product) {
  const auto [row, column] = own_tile<Naive<Format>>(product);
  Naive<Format>::run(product, row, column, static_cast<int>(threadIdx.x));
}

template <class Format>
__global__ void __launch_bounds__(Tiled<Format>::threads) tiled(const DeviceProduct product) {
  using Kernel = Tiled<Format>;
  __shared__ typename Kernel::Shared shared;
  const auto thread = static_cast<int>(threadIdx.x);
  const auto [row, column] = own_tile<Kernel>(product);
  float sum = 0;
  for (std::int32_t block = 0; block < pieces(product.depth, Kernel::tile_depth); ++block) {
    Kernel::load(product, row, column, block * Kernel::tile_depth, thread, shared);
    __syncthreads();
    sum = Kernel::multiply(shared, thread, sum);
    __syncthreads();
  }
  Kernel::store(product, row, column, thread, sum);
}

__global__ void __launch_bounds__(RegisterBlocked::threads)
    register_blocked(const DeviceProduct product) {
  using Kernel = RegisterBlocked;
  __shared__ Kernel::Shared shared;
  const auto thread = static_cast<int>(threadIdx.x);
  const auto [row, column] = own_tile<Kernel>(product);
  Kernel::Sums sums{};
  for (std::int32_t block = 0; block < pieces(product.depth, Kernel::tile_depth); ++block) {
    Kernel::load(product, row, column, block * Kernel::tile_depth, thread, shared);
    __syncthreads();
    Kernel::multiply(shared, thread, sums);
    __syncthreads();
  }
  Kernel::store(product, row, column, thread, sums);
}

/// A block a tile.
template <class Kernel>
cudaError_t start(void (*kernel)(DeviceProduct), const DeviceProduct& product,
                  cudaStream_t stream) noexcept {
  const std::int64_t blocks = std::int64_t{pieces(product.rows, Kernel::tile_rows)} *
                              pieces(product.columns, Kernel::tile_columns);
  DeviceProduct copy = product;
  void* arguments[] = {&copy};
  return cudaLaunchKernel(reinterpret_cast<const void*>(kernel),
                          dim3{static_cast<unsigned>(blocks)},
                          dim3{static_cast<unsigned>(Kernel::threads)}, arguments, 0, stream);
}

}  // namespace

cudaError_t start_naive(OperandType type, const DeviceProduct& product,
                        cudaStream_t stream) noexcept {
  if (type == OperandType::float16)
    return start<Naive<DeviceFloat16>>(naive<DeviceFloat16>, product, stream);
  if (type == OperandType::bfloat16)
    return start<Naive<DeviceBfloat16>>(naive<DeviceBfloat16>, product, stream);
  return start<Naive<Plain<float>>>(naive<Plain<float>>, product, stream);
}

cudaError_t start_tiled(OperandType type, const DeviceProduct& product,
                        cudaStream_t stream) noexcept {
  if (type == OperandType::float16)
    return start<Tiled<DeviceFloat16>>(tiled<DeviceFloat16>, product, stream);
  if (type == OperandType::bfloat16)
    return start<Tiled<DeviceBfloat16>>(tiled<DeviceBfloat16>, product, stream);
  return start<Tiled<Plain<float>>>(tiled<Plain<float>>, product, stream);
}

cudaError_t start_register_blocked(const DeviceProduct& product, cudaStream_t stream) noexcept {
  return start<RegisterBlocked>(register_blocked, product, stream);
}

}  // namespace assay::benchmarks::gpu_matmul
