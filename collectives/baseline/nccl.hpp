#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/baseline/nccl_algorithms.hpp"
#include "collectives/block_weights.hpp"
#include "collectives/bootstrap.hpp"
#include "collectives/collective.hpp"
#include "collectives/device/group_collective.hpp"
#include "collectives/device/placement.hpp"
#include "core/clock.hpp"

namespace assay::collectives {

/// What NCCL knows of the buffers before they are used.
enum class NcclBuffers {
  plain,       ///< nothing
  registered,  ///< ncclCommRegister
  window,      ///< ncclCommWindowRegister, symmetric: the same on all ranks
};

/// One rank's memory for inputs and outputs.
struct NcclMemory {
  std::byte* begin = nullptr;
  std::size_t bytes = 0;
};

struct NcclTask {
  Operation operation = Operation::all_reduce;
  Elements elements;
  int root = 0;
  BlockWeights weights = {};
  NcclForcing forcing;
  NcclBuffers buffers = NcclBuffers::plain;
};

/// Collective over the processes: a communicator of its own, made under the forcing. `memory` is
/// that of this process's ranks; for windows of NcclAllocation.
/// Throws  on all alike: UnavailableError where there is no NCCL, or it has no such thing; Error of
///         exit code 3 if it fails, and 4 if it is not ready before the deadline.
[[nodiscard]] std::unique_ptr<device::GroupCollective> make_nccl_collective(
    const NcclTask& task, Bootstrap& processes, const device::Placement& placement,
    const std::vector<NcclMemory>& memory, Deadline deadline);

/// Memory of NCCL's own on the current device, which windows need.
class NcclAllocation {
 public:
  /// Throws  Error of exit code 3, UnavailableError.
  explicit NcclAllocation(std::size_t bytes);
  NcclAllocation(NcclAllocation&& other) noexcept;
  NcclAllocation& operator=(NcclAllocation&&) = delete;
  ~NcclAllocation();
  [[nodiscard]] std::byte* data() const { return static_cast<std::byte*>(memory_); }

 private:
  void* memory_ = nullptr;
};

}  // namespace assay::collectives
