#pragma once

#include <cstddef>
#include <span>

#include "collectives/host_executor.hpp"
#include "core/clock.hpp"

namespace assay::collectives::device {

/// One rank's buffers, in its GPU's memory; see Collective::run.
struct RankBuffers {
  const void* input = nullptr;
  void* output = nullptr;
};

/// A collective of GPUs of which this process drives one or several: our own kernels and NCCL
/// alike, so that all are timed and checked in the same way. Collective::run is cut in two, as what
/// is started on GPUs goes on by itself.
class GroupCollective {
 public:
  virtual ~GroupCollective() = default;
  /// From now on it works on these buffers, in order of this process's ranks. `operations` in a
  /// graph, which `start` then starts together; 0: no graph. Not for timed regions.
  /// Throws  Error, or UsageError if it cannot work on such buffers.
  virtual void bind(std::span<const RankBuffers> buffers, std::size_t count, int operations) = 0;
  /// Starts it once more, behind what was started before.
  virtual void start() noexcept = 0;
  /// Leaves when all that was started is done, or has been given up. After that it must not be used
  /// again, but be destroyed.
  [[nodiscard]] virtual ExecutionStatus finish(Deadline deadline) noexcept = 0;
  /// The number of the library's status if it failed otherwise than by a deadline; 0: it did not.
  [[nodiscard]] virtual int failure_code() const noexcept { return 0; }
};

}  // namespace assay::collectives::device
