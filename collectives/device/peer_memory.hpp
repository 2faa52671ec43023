#pragma once

#include <cstddef>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "collectives/device/placement.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

/// Memory of one size on every rank's GPU, which all ranks' GPUs load and store. The ranks of one
/// process see it by its address; others by CUDA's handles, exchanged by the bootstrap.
class PeerMemory {
 public:
  /// Collective over the processes, which must outlive it. Contents are zeros.
  /// Throws  on all alike: UsageError where a device has not so much memory (needed and free),
  ///         UnavailableError where a GPU cannot reach another one's: which pair, and the usual
  ///         causes.
  PeerMemory(Bootstrap& processes, const Placement& placement, std::size_t bytes);

  PeerMemory(const PeerMemory&) = delete;
  PeerMemory& operator=(const PeerMemory&) = delete;
  /// Collective, but where an error is on its way: none frees what another one still sees.
  ~PeerMemory();

  /// Where this process's ranks see `rank`'s.
  [[nodiscard]] std::byte* of(int rank) const { return places_[static_cast<std::size_t>(rank)]; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void allocate(const Placement& placement);
  void open_others(const Placement& placement);

  Bootstrap& processes_;
  std::size_t bytes_;
  std::vector<native::DeviceMemory> own_;
  std::vector<native::OpenedMemory> opened_;
  std::vector<std::byte*> places_;
};

}  // namespace assay::collectives::device
