#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <source_location>

#include "core/error.hpp"
#include "core/handle.hpp"

namespace assay::native {

/// Throws Error{"CUDA", ...} with exit code 2 unless `status` is cudaSuccess.
inline void check_cuda(cudaError_t status,
                       std::source_location where = std::source_location::current()) {
  if (status != cudaSuccess)
    throw Error{"CUDA", status, cudaGetErrorString(status), where, ExitCode::cuda};
}

struct CudaStreamTraits {
  using Native = cudaStream_t;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { cudaStreamDestroy(native); }
};
/// Owns a stream that was made; borrow it as cudaStream_t.
using CudaStream = Handle<CudaStreamTraits>;

struct CudaEventTraits {
  using Native = cudaEvent_t;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { cudaEventDestroy(native); }
};
using CudaEvent = Handle<CudaEventTraits>;

struct CudaGraphTraits {
  using Native = cudaGraphExec_t;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { cudaGraphExecDestroy(native); }
};
/// Owns a graph that can be launched.
using CudaGraph = Handle<CudaGraphTraits>;

struct DeviceMemoryTraits {
  using Native = void*;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { cudaFree(native); }
};
/// Owns memory of cudaMalloc.
using DeviceMemory = Handle<DeviceMemoryTraits>;

struct PinnedMemoryTraits {
  using Native = void*;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { cudaFreeHost(native); }
};
/// Owns memory of cudaHostAlloc.
using PinnedMemory = Handle<PinnedMemoryTraits>;

struct OpenedMemoryTraits {
  using Native = void*;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { cudaIpcCloseMemHandle(native); }
};
/// Owns this process's view of another one's memory (cudaIpcOpenMemHandle).
using OpenedMemory = Handle<OpenedMemoryTraits>;

/// Makes `device` the current one until it goes; then the one before is again.
class CurrentDevice {
 public:
  explicit CurrentDevice(int device) {
    check_cuda(cudaGetDevice(&before_));
    check_cuda(cudaSetDevice(device));
  }
  CurrentDevice(const CurrentDevice&) = delete;
  CurrentDevice& operator=(const CurrentDevice&) = delete;
  ~CurrentDevice() { cudaSetDevice(before_); }

 private:
  int before_ = 0;
};

/// On the current device; work on it waits for no other stream.
[[nodiscard]] inline CudaStream make_stream() {
  cudaStream_t stream = nullptr;
  check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  return CudaStream{stream};
}

/// On the current device.
[[nodiscard]] inline DeviceMemory allocate_device(std::size_t bytes) {
  void* memory = nullptr;
  check_cuda(cudaMalloc(&memory, bytes));
  return DeviceMemory{memory};
}

/// Host memory that every device loads and stores, too, at the same address.
[[nodiscard]] inline PinnedMemory allocate_pinned(std::size_t bytes) {
  void* memory = nullptr;
  check_cuda(cudaHostAlloc(&memory, bytes, cudaHostAllocPortable | cudaHostAllocMapped));
  return PinnedMemory{memory};
}

}  // namespace assay::native
