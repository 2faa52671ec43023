#pragma once

#include <functional>
#include <vector>

#include "collectives/device/placement.hpp"
#include "collectives/host_executor.hpp"
#include "core/clock.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

/// The streams on which a process starts its ranks' work, and the wait for it. Virtual ranks share
/// one, as one launch is for all of them.
class Launches {
 public:
  explicit Launches(const Placement& placement);

  /// How many streams there are, and of each its device.
  [[nodiscard]] std::size_t size() const { return streams_.size(); }
  [[nodiscard]] int device(std::size_t number) const { return devices_[number]; }
  [[nodiscard]] cudaStream_t stream(std::size_t number) const { return streams_[number].get(); }

  /// Enqueues one operation on all of the streams. Where there are several it must make the device
  /// of each current itself; where there is one it is.
  using Work = std::function<cudaError_t()>;
  /// With `operations` above 0 that many are captured in graphs, one a stream.
  /// Throws  Error if they cannot be.
  void prepare(Work work, int operations);

  /// Starts all of it. The first failure is kept.
  void start() noexcept;
  /// True once all is done or failed; false when the deadline passed before, or `gives_up`, which
  /// is asked now and then.
  [[nodiscard]] bool wait(Deadline deadline, const std::function<bool()>& gives_up) noexcept;
  [[nodiscard]] cudaError_t failure() const noexcept { return failure_; }

 private:
  void note(cudaError_t status) noexcept {
    if (failure_ == cudaSuccess) failure_ = status;
  }

  std::vector<int> devices_;
  std::vector<native::CudaStream> streams_;
  std::vector<native::CudaGraph> graphs_;
  Work work_;
  cudaError_t failure_ = cudaSuccess;
};

}  // namespace assay::collectives::device
