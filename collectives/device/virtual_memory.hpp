#pragma once

#include <cstddef>

#include "core/handle.hpp"
#include "core/native/cuda_driver.hpp"

namespace assay::collectives::device {

// CUDA's memory in parts: what is allocated, and the addresses that it is mapped to.

struct AllocationTraits {
  using Native = CUmemGenericAllocationHandle;
  static constexpr Native null() noexcept { return 0; }
  static void destroy(Native native) noexcept { native::CudaDriver::get().mem_release(native); }
};
/// Owns memory without an address, or a multicast object.
using VirtualAllocation = Handle<AllocationTraits>;

/// Memory of `bytes` that is bound to a multicast object.
struct Binding {
  CUmemGenericAllocationHandle team = 0;
  CUdevice device = 0;
  std::size_t bytes = 0;
  friend bool operator==(const Binding&, const Binding&) = default;
};
struct BindingTraits {
  using Native = Binding;
  static constexpr Native null() noexcept { return {}; }
  static void destroy(const Native& native) noexcept {
    native::CudaDriver::get().multicast_unbind(native.team, native.device, 0, native.bytes);
  }
};
using MulticastBinding = Handle<BindingTraits>;

/// Owns a range of addresses to which an allocation is mapped for one device.
class VirtualMapping {
 public:
  VirtualMapping() = default;
  /// Throws  Error
  VirtualMapping(const VirtualAllocation& allocation, std::size_t bytes, std::size_t alignment,
                 int device);

  [[nodiscard]] std::byte* address() const {
    return reinterpret_cast<std::byte*>(reserved_.get().begin);
  }

 private:
  struct Range {
    CUdeviceptr begin = 0;
    std::size_t bytes = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };
  struct ReservedTraits {
    using Native = Range;
    static constexpr Native null() noexcept { return {}; }
    static void destroy(const Native& native) noexcept {
      native::CudaDriver::get().mem_address_free(native.begin, native.bytes);
    }
  };
  struct MappedTraits {
    using Native = Range;
    static constexpr Native null() noexcept { return {}; }
    static void destroy(const Native& native) noexcept {
      native::CudaDriver::get().mem_unmap(native.begin, native.bytes);
    }
  };

  Handle<ReservedTraits> reserved_;
  Handle<MappedTraits> mapped_;  // goes first
};

}  // namespace assay::collectives::device
