#pragma once

#include <memory>
#include <vector>

#include "collectives/worker.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

/// Does the work of steps on the current GPU: copies by its copy engines, reductions by kernels,
/// each lane's on a stream of its own. Memory of the host that it is let into is pinned.
class StreamWorker final : public Worker {
 public:
  StreamWorker() = default;
  ~StreamWorker() override;
  StreamWorker(const StreamWorker&) = delete;
  StreamWorker& operator=(const StreamWorker&) = delete;

  void open(std::size_t lanes) override;
  [[nodiscard]] MemoryKind memory_kind() const noexcept override { return MemoryKind::cuda; }
  [[nodiscard]] std::shared_ptr<std::byte> allocate(std::size_t bytes) override;
  /// Throws  UnavailableError where a GPU sees pinned memory at other addresses than the host.
  [[nodiscard]] std::shared_ptr<void> admit(std::byte* begin, std::size_t bytes) override;
  void start(std::size_t lane, const Combination& work) noexcept override;
  [[nodiscard]] bool is_done(std::size_t lane) noexcept override;
  [[nodiscard]] const char* failure() const noexcept override;

  [[nodiscard]] cudaError_t status() const noexcept { return status_; }
  /// Waits until nothing is at work any more, for what has been given up to be taken away.
  void settle() noexcept;

 private:
  std::vector<native::CudaStream> streams_;  ///< by lane
  cudaError_t status_ = cudaSuccess;
};

}  // namespace assay::collectives::device
