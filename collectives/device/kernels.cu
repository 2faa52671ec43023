#include "collectives/device/kernels.hpp"

#include "collectives/device/block.cuh"
#include "collectives/device/interpreter.hpp"
#include "collectives/device/one_shot.hpp"
#include "collectives/device/switch_sum.hpp"
#include "collectives/device/two_shot.hpp"

namespace assay::collectives::device {

namespace {

/// A block's own copy of what it reads all the time.
template <class Value>
__device__ const Value& copied(void* shared, const Value& value) {
  static_assert(sizeof(Value) % sizeof(std::uint64_t) == 0);
  auto* to = static_cast<std::uint64_t*>(shared);
  const auto* from = reinterpret_cast<const std::uint64_t*>(&value);
  for (unsigned i = threadIdx.x; i < sizeof(Value) / sizeof(std::uint64_t); i += blockDim.x)
    to[i] = from[i];
  __syncthreads();
  return *static_cast<const Value*>(shared);
}

__global__ void __launch_bounds__(block_threads)
    interpret(const RankRun* runs, const Limits* limits) {
  __shared__ std::uint64_t shared[sizeof(RankRun) / sizeof(std::uint64_t)];
  const RankRun& run = copied(shared, runs[blockIdx.y]);
  if (blockIdx.x >= run.table.lane_count) return;
  DeviceBlock block;
  Interpreter{block, run, limits[blockIdx.y]}.execute(blockIdx.x);
}

__global__ void __launch_bounds__(block_threads)
    one_shot(const OneShotRun* runs, const Limits* limits) {
  __shared__ std::uint64_t shared[sizeof(OneShotRun) / sizeof(std::uint64_t)];
  const OneShotRun& run = copied(shared, runs[blockIdx.y]);
  DeviceBlock block;
  OneShot{block, run, limits[blockIdx.y]}.execute(blockIdx.x, gridDim.x);
}

__global__ void __launch_bounds__(block_threads)
    two_shot(const TwoShotRun* runs, const Limits* limits) {
  __shared__ std::uint64_t shared[sizeof(TwoShotRun) / sizeof(std::uint64_t)];
  const TwoShotRun& run = copied(shared, runs[blockIdx.y]);
  DeviceBlock block;
  TwoShot{block, run, limits[blockIdx.y]}.execute(blockIdx.x, gridDim.x);
}

__global__ void __launch_bounds__(block_threads)
    switch_sum(const SwitchRun* runs, const Limits* limits) {
  __shared__ std::uint64_t shared[sizeof(SwitchRun) / sizeof(std::uint64_t)];
  const SwitchRun& run = copied(shared, runs[blockIdx.y]);
  DeviceBlock block;
  SwitchSum{block, run, limits[blockIdx.y]}.execute(blockIdx.x, gridDim.x);
}

template <class Run>
using Kernel = void (*)(const Run*, const Limits*);

template <class Run>
cudaError_t start(Kernel<Run> kernel, const Run* runs, const Limits* limits, LaunchShape shape,
                  cudaStream_t stream) noexcept {
  void* arguments[] = {&runs, &limits};
  return cudaLaunchCooperativeKernel(reinterpret_cast<const void*>(kernel),
                                     dim3{shape.blocks, shape.ranks}, dim3{shape.threads},
                                     arguments, 0, stream);
}

template <class Run>
unsigned resident(Kernel<Run> kernel) {
  int device = 0;
  int multiprocessors = 0;
  int blocks = 0;
  native::check_cuda(cudaGetDevice(&device));
  native::check_cuda(
      cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device));
  native::check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
      &blocks, reinterpret_cast<const void*>(kernel), static_cast<int>(block_threads), 0));
  return static_cast<unsigned>(multiprocessors) * static_cast<unsigned>(blocks);
}

}  // namespace

cudaError_t launch(const RankRun* runs, const Limits* limits, LaunchShape shape,
                   cudaStream_t stream) noexcept {
  return start<RankRun>(interpret, runs, limits, shape, stream);
}
cudaError_t launch(const OneShotRun* runs, const Limits* limits, LaunchShape shape,
                   cudaStream_t stream) noexcept {
  return start<OneShotRun>(one_shot, runs, limits, shape, stream);
}
cudaError_t launch(const TwoShotRun* runs, const Limits* limits, LaunchShape shape,
                   cudaStream_t stream) noexcept {
  return start<TwoShotRun>(two_shot, runs, limits, shape, stream);
}
cudaError_t launch(const SwitchRun* runs, const Limits* limits, LaunchShape shape,
                   cudaStream_t stream) noexcept {
  return start<SwitchRun>(switch_sum, runs, limits, shape, stream);
}

template <>
unsigned resident_blocks<RankRun>() {
  return resident<RankRun>(interpret);
}
template <>
unsigned resident_blocks<OneShotRun>() {
  return resident<OneShotRun>(one_shot);
}
template <>
unsigned resident_blocks<TwoShotRun>() {
  return resident<TwoShotRun>(two_shot);
}
template <>
unsigned resident_blocks<SwitchRun>() {
  return resident<SwitchRun>(switch_sum);
}

}  // namespace assay::collectives::device
