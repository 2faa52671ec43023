#include "collectives/device/inventory.hpp"

#include <fmt/format.h>

#include <array>

#include "core/native/cuda.hpp"
#ifdef ASSAY_NCCL
#include "core/native/nccl.hpp"
#endif

namespace assay::collectives::device {

namespace {

std::string bus_of(int device) {
  std::array<char, 32> text{};
  native::check_cuda(cudaDeviceGetPCIBusId(text.data(), static_cast<int>(text.size()), device));
  return text.data();
}

Gpu describe(int device) {
  cudaDeviceProp properties{};
  native::check_cuda(cudaGetDeviceProperties(&properties, device));
  Gpu gpu;
  gpu.number = device;
  gpu.name = properties.name;
  gpu.bus = bus_of(device);
  gpu.capability_major = properties.major;
  gpu.capability_minor = properties.minor;
  gpu.multiprocessors = properties.multiProcessorCount;
  gpu.memory_bytes = properties.totalGlobalMem;
  return gpu;
}

}  // namespace

Inventory find_gpus() {
  int driver = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess) driver = 0;
  if (Inventory judged = judge_driver(driver, CUDART_VERSION); judged.problem != NoGpu::none)
    return judged;
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaErrorInsufficientDriver)
    return {{},
            NoGpu::driver_too_old,
            fmt::format("no GPU: the driver (CUDA {}) is too old for this build (CUDA {})",
                        cuda_version_text(driver), cuda_version_text(CUDART_VERSION))};
  if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0))
    return {{},
            NoGpu::none_visible,
            "no GPU: the driver is loaded and shows none (see nvidia-smi -L and "
            "CUDA_VISIBLE_DEVICES)"};
  if (status != cudaSuccess)
    return {{}, NoGpu::failed, fmt::format("no GPU: CUDA says: {}", cudaGetErrorString(status))};
  Inventory inventory;
  for (int device = 0; device < count; ++device) inventory.gpus.push_back(describe(device));
  return inventory;
}

std::map<std::string, std::string> gpu_libraries() {
  std::map<std::string, std::string> all{{"cuda", cuda_version_text(CUDART_VERSION)}};
  int driver = 0;
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver != 0)
    all.emplace("cuda_driver", cuda_version_text(driver));
#ifdef ASSAY_NCCL
  all.emplace("nccl", native::Nccl::description());
#endif
  return all;
}

std::string why_failing(int device) {
  std::size_t free = 0;
  std::size_t total = 0;
  cudaError_t status = cudaSetDevice(device);
  if (status == cudaSuccess) status = cudaMemGetInfo(&free, &total);
  return status == cudaSuccess ? "" : fmt::format("CUDA: {}", cudaGetErrorString(status));
}

}  // namespace assay::collectives::device
