#include "collectives/device/room.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

void require_room(const Placement& placement, int rank, std::size_t bytes) {
  constexpr std::size_t mebibyte = 1U << 20;
  const native::CurrentDevice current{placement.device(rank)};
  std::size_t free = 0;
  std::size_t total = 0;
  native::check_cuda(cudaMemGetInfo(&free, &total));
  if (bytes > free)
    throw UsageError{fmt::format(
        "GPU {} (rank {}) needs {} MiB more for these sizes, and {} MiB are free: lower -e",
        placement.bus(rank), rank, bytes / mebibyte + 1, free / mebibyte)};
}

}  // namespace assay::collectives::device
