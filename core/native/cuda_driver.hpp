#pragma once

#include <cuda.h>

#include <source_location>
#include <string>

#include "core/error.hpp"
#include "core/native/cuda.hpp"

namespace assay::native {

/// The driver's functions for memory that several GPUs hold under one address, from the driver that
/// is there when the program runs.
class CudaDriver {
 public:
  /// Asks the driver for them, once a process.
  /// Throws  UnavailableError where it has not all of them.
  [[nodiscard]] static const CudaDriver& get() {
    static const CudaDriver driver;
    if (!driver.missing_.empty())
      throw UnavailableError{"the CUDA driver has no " + driver.missing_ +
                             ", which came with CUDA 12.1: update it"};
    return driver;
  }

  /// Throws Error{"CUDA", ...} with exit code 2 unless `status` is CUDA_SUCCESS.
  void check(CUresult status, std::source_location where = std::source_location::current()) const {
    if (status != CUDA_SUCCESS) throw Error{"CUDA", status, text(status), where, ExitCode::cuda};
  }
  [[nodiscard]] const char* text(CUresult status) const {
    const char* text = nullptr;
    return get_error_string(status, &text) == CUDA_SUCCESS ? text : "unknown error";
  }

  decltype(&cuGetErrorString) get_error_string = nullptr;
  decltype(&cuDeviceGet) device_get = nullptr;
  decltype(&cuDeviceGetAttribute) device_get_attribute = nullptr;
  decltype(&cuMemGetAllocationGranularity) mem_get_allocation_granularity = nullptr;
  decltype(&cuMemCreate) mem_create = nullptr;
  decltype(&cuMemRelease) mem_release = nullptr;
  decltype(&cuMemAddressReserve) mem_address_reserve = nullptr;
  decltype(&cuMemAddressFree) mem_address_free = nullptr;
  decltype(&cuMemMap) mem_map = nullptr;
  decltype(&cuMemUnmap) mem_unmap = nullptr;
  decltype(&cuMemSetAccess) mem_set_access = nullptr;
  decltype(&cuMemExportToShareableHandle) mem_export = nullptr;
  decltype(&cuMemImportFromShareableHandle) mem_import = nullptr;
  decltype(&cuMulticastCreate) multicast_create = nullptr;
  decltype(&cuMulticastAddDevice) multicast_add_device = nullptr;
  decltype(&cuMulticastBindMem) multicast_bind_mem = nullptr;
  decltype(&cuMulticastUnbind) multicast_unbind = nullptr;
  decltype(&cuMulticastGetGranularity) multicast_get_granularity = nullptr;

 private:
  CudaDriver() {
    find(get_error_string, "cuGetErrorString");
    find(device_get, "cuDeviceGet");
    find(device_get_attribute, "cuDeviceGetAttribute");
    find(mem_get_allocation_granularity, "cuMemGetAllocationGranularity");
    find(mem_create, "cuMemCreate");
    find(mem_release, "cuMemRelease");
    find(mem_address_reserve, "cuMemAddressReserve");
    find(mem_address_free, "cuMemAddressFree");
    find(mem_map, "cuMemMap");
    find(mem_unmap, "cuMemUnmap");
    find(mem_set_access, "cuMemSetAccess");
    find(mem_export, "cuMemExportToShareableHandle");
    find(mem_import, "cuMemImportFromShareableHandle");
    find(multicast_create, "cuMulticastCreate");
    find(multicast_add_device, "cuMulticastAddDevice");
    find(multicast_bind_mem, "cuMulticastBindMem");
    find(multicast_unbind, "cuMulticastUnbind");
    find(multicast_get_granularity, "cuMulticastGetGranularity");
  }

  template <class Function>
  void find(Function& function, const char* name) {
    constexpr unsigned first_with_multicast = 12010;
    void* address = nullptr;
    cudaDriverEntryPointQueryResult found{};
    const cudaError_t status = cudaGetDriverEntryPointByVersion(
        name, &address, first_with_multicast, cudaEnableDefault, &found);
    if (status == cudaSuccess && found == cudaDriverEntryPointSuccess && address != nullptr)
      function = reinterpret_cast<Function>(address);
    else if (missing_.empty())
      missing_ = name;
  }

  std::string missing_;
};

}  // namespace assay::native
