#pragma once

#include <cstddef>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "collectives/device/placement.hpp"
#include "collectives/device/virtual_memory.hpp"

namespace assay::collectives::device {

/// Memory of one size on every rank's GPU that all of them hold together under one address more, by
/// which the switch combines what they load and spreads what they store (NVLS).
class MulticastMemory {
 public:
  /// Collective over the processes, which must outlive it. Contents are zeros.
  /// Throws  on all alike: UnavailableError where a GPU, the driver or the fabric has no multicast,
  ///         with what is missing; UsageError for virtual ranks or a single one.
  MulticastMemory(Bootstrap& processes, const Placement& placement, std::size_t bytes);

  MulticastMemory(const MulticastMemory&) = delete;
  MulticastMemory& operator=(const MulticastMemory&) = delete;
  /// Collective, but where an error is on its way: none frees what the switch still reaches.
  ~MulticastMemory();

  /// Of this process's ranks, in their order: a rank's own memory, and the address of all of it.
  [[nodiscard]] std::byte* own(int local) const { return locals_[index(local)].own.address(); }
  [[nodiscard]] std::byte* everybody(int local) const {
    return locals_[index(local)].everybody.address();
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  /// What one of this process's ranks has. Members go in the order against that here.
  struct Local {
    VirtualAllocation memory;
    MulticastBinding binding;
    VirtualMapping own;
    VirtualMapping everybody;
  };

  [[nodiscard]] static std::size_t index(int local) { return static_cast<std::size_t>(local); }
  void create(const Placement& placement);
  void share();
  void bind(const Placement& placement);

  Bootstrap& processes_;
  std::size_t bytes_;
  VirtualAllocation team_;  ///< the multicast object
  std::vector<Local> locals_;
};

}  // namespace assay::collectives::device
