#include <algorithm>

#include "collectives/device/block.cuh"
#include "collectives/device/combine.hpp"
#include "collectives/device/combine_kernel.hpp"

namespace assay::collectives::device {

namespace {

constexpr unsigned block_threads = 512;

/// One thread of a grid, by whose threads a piece is shared.
struct DeviceGrid {
  /// What is worked on came over a bus, which the threads of one block keep busy.
  static constexpr int loads_at_once = 1;

  __device__ unsigned thread() const { return blockIdx.x * blockDim.x + threadIdx.x; }
  __device__ unsigned threads() const { return gridDim.x * blockDim.x; }
  static __device__ Vector load(const std::byte* from) { return DeviceBlock::load(from); }
  static __device__ void store(std::byte* to, const Vector& vector) {
    DeviceBlock::store(to, vector);
  }
};

__global__ void __launch_bounds__(block_threads) combine_piece(Combination work) {
  combine(DeviceGrid{}, work);
}

}  // namespace

cudaError_t launch(const Combination& work, cudaStream_t stream) noexcept {
  // Several lanes' kernels run beside each other.
  constexpr std::size_t block_bytes = block_threads * sizeof(Vector);
  constexpr std::size_t most_blocks = 32;
  const std::size_t blocks = std::clamp<std::size_t>(work.bytes() / block_bytes, 1, most_blocks);
  combine_piece<<<static_cast<unsigned>(blocks), block_threads, 0, stream>>>(work);
  return cudaGetLastError();
}

}  // namespace assay::collectives::device
