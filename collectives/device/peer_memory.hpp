#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "collectives/device/placement.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

/// What to do where a GPU cannot reach another one's memory.
enum class NoAccess { refuse, note };

/// Memory of one size on every rank's GPU, which all ranks' GPUs load and store. The ranks of one
/// process see it by its address; others by CUDA's handles, exchanged by the bootstrap.
class PeerMemory {
 public:
  /// Collective over the processes, which must outlive it. Contents are zeros.
  /// Throws  on all alike: UsageError where a device has not so much memory (needed and free),
  ///         UnavailableError where a GPU cannot reach another one's, unless that is only noted:
  ///         which pair, and the usual causes.
  PeerMemory(Bootstrap& processes, const Placement& placement, std::size_t bytes,
             NoAccess no_access = NoAccess::refuse);

  PeerMemory(const PeerMemory&) = delete;
  PeerMemory& operator=(const PeerMemory&) = delete;
  /// Collective, but where an error is on its way: none frees what another one still sees.
  ~PeerMemory();

  /// Where this process's ranks see `rank`'s.
  [[nodiscard]] std::byte* of(int rank) const { return places_[static_cast<std::size_t>(rank)]; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// Why the GPU of `from`, one of this process's ranks, cannot reach the memory of `to`'s; empty:
  /// it can.
  [[nodiscard]] std::string why_not(int from, int to) const;

 private:
  void allocate(const Placement& placement);
  void open_others(const Placement& placement, NoAccess no_access);
  /// `handle`: of `to`'s memory. Throws  UnavailableError
  void open(const Placement& placement, int from, int to, const cudaIpcMemHandle_t* handle);

  Bootstrap& processes_;
  std::size_t bytes_;
  std::vector<native::DeviceMemory> own_;
  std::vector<native::OpenedMemory> opened_;
  std::vector<std::byte*> places_;
  std::map<std::pair<int, int>, std::string> refused_;  ///< (from, to) -> why
};

}  // namespace assay::collectives::device
