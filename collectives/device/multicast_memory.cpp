#include "collectives/device/multicast_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

#include "collectives/device/room.hpp"
#include "collectives/device/shared_descriptor.hpp"
#include "collectives/together.hpp"
#include "core/error.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

namespace {

using native::CudaDriver;

constexpr Seconds to_share{30.0};

/// Throws  UnavailableError unless the driver did what the switch has to take part in.
void require(CUresult status, const char* what) {
  if (status != CUDA_SUCCESS)
    throw UnavailableError{fmt::format(
        "no multicast among these GPUs: {} says: {}; usual causes: Fabric Manager is not "
        "running (systemctl status nvidia-fabricmanager), GPUs that no NVSwitch joins, "
        "or MIG",
        what, CudaDriver::get().text(status))};
}

void require_multicast(const Placement& placement) {
  const CudaDriver& driver = CudaDriver::get();
  for (int i = 0; i < placement.per_process; ++i) {
    const int rank = placement.first_local() + i;
    int has_multicast = 0;
    CUdevice device = 0;
    driver.check(driver.device_get(&device, placement.device(rank)));
    driver.check(driver.device_get_attribute(&has_multicast,
                                             CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED, device));
    if (has_multicast == 0)
      throw UnavailableError{
          fmt::format("GPU {} (rank {}) has no multicast: that takes capability 9.0 or later, an "
                      "NVSwitch, and a "
                      "driver that says so (CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED)",
                      placement.bus(rank), rank)};
  }
}

CUmemAllocationProp properties(int device, bool is_shared) {
  CUmemAllocationProp wanted{};
  wanted.type = CU_MEM_ALLOCATION_TYPE_PINNED;
  wanted.location = {CU_MEM_LOCATION_TYPE_DEVICE, device};
  if (is_shared) wanted.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
  return wanted;
}

CUmulticastObjectProp team_properties(const Placement& placement, std::size_t bytes,
                                      bool is_shared) {
  CUmulticastObjectProp wanted{};
  wanted.numDevices = static_cast<unsigned>(placement.ranks());
  wanted.size = bytes;
  if (is_shared) wanted.handleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
  return wanted;
}

/// What sizes and addresses of such memory are multiples of.
std::size_t granularity(const Placement& placement, std::size_t bytes, bool is_shared) {
  const CudaDriver& driver = CudaDriver::get();
  const auto team = team_properties(placement, bytes, is_shared);
  const auto memory = properties(placement.device(placement.first_local()), is_shared);
  std::size_t of_team = 0;
  std::size_t of_memory = 0;
  require(driver.multicast_get_granularity(&of_team, &team, CU_MULTICAST_GRANULARITY_RECOMMENDED),
          "cuMulticastGetGranularity");
  driver.check(driver.mem_get_allocation_granularity(&of_memory, &memory,
                                                     CU_MEM_ALLOC_GRANULARITY_RECOMMENDED));
  return std::max(of_team, of_memory);  // both are powers of two
}

}  // namespace

MulticastMemory::MulticastMemory(Bootstrap& processes, const Placement& placement,
                                 std::size_t bytes)
    : processes_{processes}, bytes_{bytes} {
  if (placement.is_virtual || placement.ranks() < 2)
    throw UsageError{"a switch sums what several GPUs hold; give each rank one, and two at least"};
  for (int rank = 1; rank < placement.ranks(); ++rank)
    if (placement.host(rank) != placement.host(0))
      throw UnavailableError{fmt::format(
          "multicast memory is shared within one host here, and ranks 0 and {} are on {} "
          "and {}; use --implementation nccl",
          rank, placement.host(0), placement.host(rank))};
  together(processes_, [&] { require_multicast(placement); });
  create(placement);
  if (processes_.size() > 1) share();
  bind(placement);
}

void MulticastMemory::create(const Placement& placement) {
  const bool is_shared = processes_.size() > 1;
  std::size_t multiple = 0;
  together(processes_, [&] { multiple = granularity(placement, bytes_, is_shared); });
  multiple = std::ranges::max(gather_values(processes_, multiple));
  bytes_ = (bytes_ + multiple - 1) / multiple * multiple;
  on_root(processes_, [&] {
    const auto wanted = team_properties(placement, bytes_, is_shared);
    CUmemGenericAllocationHandle team = 0;
    require(CudaDriver::get().multicast_create(&team, &wanted), "cuMulticastCreate");
    team_ = VirtualAllocation{team};
  });
}

void MulticastMemory::share() {
  const CudaDriver& driver = CudaDriver::get();
  native::FileDescriptor file;
  on_root(processes_, [&] {
    int descriptor = -1;
    require(
        driver.mem_export(&descriptor, team_.get(), CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
        "cuMemExportToShareableHandle");
    file = native::FileDescriptor{descriptor};
  });
  file = share_descriptor(processes_, std::move(file), to_share);
  together(processes_, [&] {
    if (processes_.rank() == 0) return;
    CUmemGenericAllocationHandle team = 0;
    // The descriptor goes as a pointer.
    auto* handle = reinterpret_cast<void*>(static_cast<std::intptr_t>(file.get()));
    require(driver.mem_import(&team, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
            "cuMemImportFromShareableHandle");
    team_ = VirtualAllocation{team};
  });
}

void MulticastMemory::bind(const Placement& placement) {
  const CudaDriver& driver = CudaDriver::get();
  const bool is_shared = processes_.size() > 1;
  std::size_t multiple = 0;
  // Memory is bound when all devices are in the team, and used when all of it is bound.
  together(processes_, [&] {
    multiple = granularity(placement, bytes_, is_shared);
    for (int i = 0; i < placement.per_process; ++i) {
      CUdevice device = 0;
      driver.check(driver.device_get(&device, placement.device(placement.first_local() + i)));
      require(driver.multicast_add_device(team_.get(), device), "cuMulticastAddDevice");
    }
  });
  together(processes_, [&] {
    for (int i = 0; i < placement.per_process; ++i) {
      const int number = placement.device(placement.first_local() + i);
      const native::CurrentDevice current{number};
      require_room(placement, placement.first_local() + i, bytes_);
      CUdevice device = 0;
      driver.check(driver.device_get(&device, number));
      Local& local = locals_.emplace_back();
      CUmemGenericAllocationHandle memory = 0;
      const auto wanted = properties(number, is_shared);
      driver.check(driver.mem_create(&memory, bytes_, &wanted, 0));
      local.memory = VirtualAllocation{memory};
      require(driver.multicast_bind_mem(team_.get(), 0, memory, 0, bytes_, 0),
              "cuMulticastBindMem");
      local.binding = MulticastBinding{Binding{team_.get(), device, bytes_}};
      local.own = VirtualMapping{local.memory, bytes_, multiple, number};
      native::check_cuda(cudaMemset(local.own.address(), 0, bytes_));
      native::check_cuda(cudaDeviceSynchronize());
    }
  });
  together(processes_, [&] {
    for (int i = 0; i < placement.per_process; ++i) {
      const int number = placement.device(placement.first_local() + i);
      const native::CurrentDevice current{number};
      locals_[index(i)].everybody = VirtualMapping{team_, bytes_, multiple, number};
    }
  });
}

MulticastMemory::~MulticastMemory() {
  if (processes_.size() == 1 || std::uncaught_exceptions() > 0) return;
  for (Local& local : locals_) const VirtualMapping gone = std::move(local.everybody);
  try {
    processes_.barrier();
  } catch (const std::exception&) {
    // The job is at its end, and the supervisors say why.
  }
}

}  // namespace assay::collectives::device
