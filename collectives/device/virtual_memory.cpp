#include "collectives/device/virtual_memory.hpp"

namespace assay::collectives::device {

VirtualMapping::VirtualMapping(const VirtualAllocation& allocation, std::size_t bytes,
                               std::size_t alignment, int device) {
  const auto& driver = native::CudaDriver::get();
  CUdeviceptr begin = 0;
  driver.check(driver.mem_address_reserve(&begin, bytes, alignment, 0, 0));
  reserved_ = Handle<ReservedTraits>{{begin, bytes}};
  driver.check(driver.mem_map(begin, bytes, 0, allocation.get(), 0));
  mapped_ = Handle<MappedTraits>{{begin, bytes}};
  CUmemAccessDesc access{};
  access.location = {CU_MEM_LOCATION_TYPE_DEVICE, device};
  access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
  driver.check(driver.mem_set_access(begin, bytes, &access, 1));
}

}  // namespace assay::collectives::device
