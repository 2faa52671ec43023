#include "benchmarks/gpu_matmul/kernels.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

constexpr int block_threads = 256;
constexpr int warp_threads = 32;

/// A block a row.
__global__ void __launch_bounds__(block_threads)
    row_sums(const DeviceProduct product, const std::uint64_t* weights, bool exact, RowSum* sums) {
  __shared__ RowSum of_warp[block_threads / warp_threads];
  const float* row = product.c + blockIdx.x * product.c_row_step;
  RowSum mine;
  for (auto column = static_cast<std::int32_t>(threadIdx.x); column < product.columns;
       column += block_threads)
    add_element(mine, row[column], weights[column], exact);
  constexpr unsigned all_lanes = 0xffffffffU;
  for (int distance = warp_threads / 2; distance > 0; distance /= 2) {
    mine.sum += __shfl_down_sync(all_lanes, mine.sum, distance);
    mine.impossible += __shfl_down_sync(all_lanes, mine.impossible, distance);
  }
  if (threadIdx.x % warp_threads == 0) of_warp[threadIdx.x / warp_threads] = mine;
  __syncthreads();
  if (threadIdx.x != 0) return;
  for (int warp = 1; warp < block_threads / warp_threads; ++warp) {
    mine.sum += of_warp[warp].sum;
    mine.impossible += of_warp[warp].impossible;
  }
  sums[blockIdx.x] = mine;
}

}  // namespace

cudaError_t start_row_sums(const DeviceProduct& product, const std::uint64_t* weights, bool exact,
                           RowSum* sums, cudaStream_t stream) noexcept {
  DeviceProduct copy = product;
  void* arguments[] = {&copy, &weights, &exact, &sums};
  return cudaLaunchKernel(reinterpret_cast<const void*>(row_sums),
                          dim3{static_cast<unsigned>(product.rows)}, dim3{block_threads}, arguments,
                          0, stream);
}

}  // namespace assay::benchmarks::gpu_matmul
