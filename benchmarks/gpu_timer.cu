#include "benchmarks/gpu_timer.hpp"

#include <cstdint>

namespace assay::benchmarks {

using native::check_cuda;

namespace {

constexpr std::uint64_t held_nanoseconds = 50'000;

__device__ std::uint64_t now() {
  std::uint64_t nanoseconds;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(nanoseconds));
  return nanoseconds;
}

__global__ void hold(std::uint64_t nanoseconds) {
  const std::uint64_t begin = now();
  while (now() - begin < nanoseconds) __nanosleep(100);
}

native::CudaEvent make_event() {
  cudaEvent_t event = nullptr;
  check_cuda(cudaEventCreate(&event));
  return native::CudaEvent{event};
}

}  // namespace

GpuTimer::GpuTimer() : stream_{native::make_stream()}, begin_{make_event()}, end_{make_event()} {}

void GpuTimer::run(const Launch& launch) const {
  std::uint64_t nanoseconds = held_nanoseconds;
  void* arguments[] = {&nanoseconds};
  check_cuda(cudaLaunchKernel(reinterpret_cast<const void*>(hold), dim3{1}, dim3{1}, arguments, 0,
                              stream()));
  check_cuda(cudaEventRecord(begin_.get(), stream()));
  check_cuda(launch(stream()));
  check_cuda(cudaEventRecord(end_.get(), stream()));
  check_cuda(cudaStreamSynchronize(stream()));
}

Seconds GpuTimer::elapsed() const {
  float milliseconds = 0;
  check_cuda(cudaEventElapsedTime(&milliseconds, begin_.get(), end_.get()));
  return Seconds{static_cast<double>(milliseconds) * 1e-3};
}

}  // namespace assay::benchmarks
