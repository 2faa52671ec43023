#include "collectives/device/staged_collective.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

namespace {

class StagedCollective final : public GroupCollective {
 public:
  StagedCollective(std::unique_ptr<Collective> collective, const ExecutorTask& task, int root,
                   std::size_t largest_bytes, Seconds patience)
      : collective_{std::move(collective)},
        task_{task},
        root_{root},
        patience_{patience},
        input_{native::allocate_pinned(largest_bytes + 1)},
        output_{native::allocate_pinned(largest_bytes + 1)},
        stream_{native::make_stream()} {}

  void bind(std::span<const RankBuffers> buffers, std::size_t count, int operations) override {
    if (operations > 0)
      throw UsageError{
          "-G captures what GPUs do, and --staged has the host work; leave "
          "one of them out"};
    buffers_ = buffers[0];
    count_ = count;
  }

  /// All of it, as the host takes part.
  void start() noexcept override {
    if (status_ || failure_ != cudaSuccess) return;
    copy(input_.get(), buffers_.input, bytes_of(Side::input), cudaMemcpyDeviceToHost);
    if (failure_ != cudaSuccess) return;
    status_ = collective_->run(input_.get(), output_.get(), count_, Deadline::after(patience_));
    if (!status_)
      copy(buffers_.output, output_.get(), bytes_of(Side::output), cudaMemcpyHostToDevice);
  }

  [[nodiscard]] ExecutionStatus finish(Deadline) noexcept override {
    if (failure_ != cudaSuccess)
      return TimedOut{Heartbeat::nobody, 0, -1, cudaGetErrorString(failure_)};
    return status_;
  }
  [[nodiscard]] int failure_code() const noexcept override { return failure_; }

 private:
  [[nodiscard]] std::size_t bytes_of(Side side) const noexcept {
    return buffer_elements(info(task_.operation), side, task_.weights, task_.rank, task_.ranks,
                           task_.rank == root_, count_) *
           info(task_.type).bytes;
  }
  void copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) noexcept {
    if (bytes == 0) return;
    failure_ = cudaMemcpyAsync(to, from, bytes, kind, stream_.get());
    if (failure_ == cudaSuccess) failure_ = cudaStreamSynchronize(stream_.get());
  }

  std::unique_ptr<Collective> collective_;
  ExecutorTask task_;
  int root_;
  Seconds patience_;
  native::PinnedMemory input_;
  native::PinnedMemory output_;
  native::CudaStream stream_;
  RankBuffers buffers_;
  std::size_t count_ = 0;
  ExecutionStatus status_;
  cudaError_t failure_ = cudaSuccess;
};

}  // namespace

std::unique_ptr<GroupCollective> make_staged_collective(std::unique_ptr<Collective> collective,
                                                        const ExecutorTask& task, int root,
                                                        std::size_t largest_bytes,
                                                        Seconds patience) {
  return std::make_unique<StagedCollective>(std::move(collective), task, root, largest_bytes,
                                            patience);
}

}  // namespace assay::collectives::device
