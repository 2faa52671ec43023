#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

#include "core/handle.hpp"

namespace assay::native {

struct FileDescriptorTraits {
  using Native = int;
  static constexpr Native null() noexcept { return -1; }
  static void destroy(Native native) noexcept { ::close(native); }
};
using FileDescriptor = Handle<FileDescriptorTraits>;

/// An address range of mmap.
struct MappedRange {
  void* address = nullptr;
  std::size_t bytes = 0;
  friend bool operator==(const MappedRange&, const MappedRange&) = default;
};
struct MappingTraits {
  using Native = MappedRange;
  static constexpr Native null() noexcept { return {}; }
  static void destroy(Native native) noexcept { ::munmap(native.address, native.bytes); }
};
using Mapping = Handle<MappingTraits>;

}  // namespace assay::native
