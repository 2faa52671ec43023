#include "benchmarks/gpu_matmul/kernels.hpp"
#include "benchmarks/gpu_matmul/transpose.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

template <class Element>
__global__ void __launch_bounds__(Transpose<Element>::threads) transpose(const Transposition of) {
  using Kernel = Transpose<Element>;
  __shared__ typename Kernel::Shared shared;
  const auto thread = static_cast<int>(threadIdx.x);
  const auto across = static_cast<unsigned>(pieces(of.lines, Kernel::tile));
  const auto line = static_cast<std::int32_t>(blockIdx.x % across) * Kernel::tile;
  const auto k = static_cast<std::int32_t>(blockIdx.x / across) * Kernel::tile;
  Kernel::load(of, line, k, thread, shared);
  __syncthreads();
  Kernel::store(of, line, k, thread, shared);
}

template <class Element>
cudaError_t start(const Transposition& of, cudaStream_t stream) noexcept {
  using Kernel = Transpose<Element>;
  const std::int64_t blocks =
      std::int64_t{pieces(of.lines, Kernel::tile)} * pieces(of.depth, Kernel::tile);
  Transposition copy = of;
  void* arguments[] = {&copy};
  return cudaLaunchKernel(reinterpret_cast<const void*>(transpose<Element>),
                          dim3{static_cast<unsigned>(blocks)}, dim3{Kernel::threads}, arguments, 0,
                          stream);
}

}  // namespace

cudaError_t start_transpose(OperandType type, const Transposition& of,
                            cudaStream_t stream) noexcept {
  switch (info(type).bytes) {
    case 1:
      return start<std::uint8_t>(of, stream);
    case 2:
      return start<std::uint16_t>(of, stream);
    default:
      return start<std::uint32_t>(of, stream);
  }
}

}  // namespace assay::benchmarks::gpu_matmul
