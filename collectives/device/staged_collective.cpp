#include "collectives/device/staged_collective.hpp"

#include <utility>

#include "core/error.hpp"

namespace assay::collectives::device {

namespace {

class StagedCollective final : public GroupCollective {
 public:
  StagedCollective(std::unique_ptr<StreamWorker> worker, std::unique_ptr<Collective> collective,
                   Seconds patience)
      : worker_{std::move(worker)}, collective_{std::move(collective)}, patience_{patience} {}
  StagedCollective(const StagedCollective&) = delete;
  StagedCollective& operator=(const StagedCollective&) = delete;
  ~StagedCollective() override { worker_->settle(); }  // before the links go

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
    if (status_) return;
    status_ = collective_->run(buffers_.input, buffers_.output, count_, Deadline::after(patience_));
    if (status_ && status_->waiting_for == Heartbeat::nobody && status_->failure == nullptr)
      status_->failure = "its GPU does not finish a step";
  }

  [[nodiscard]] ExecutionStatus finish(Deadline) noexcept override { return status_; }
  [[nodiscard]] int failure_code() const noexcept override { return worker_->status(); }

 private:
  std::unique_ptr<StreamWorker> worker_;
  std::unique_ptr<Collective> collective_;
  Seconds patience_;
  RankBuffers buffers_;
  std::size_t count_ = 0;
  ExecutionStatus status_;
};

}  // namespace

std::unique_ptr<GroupCollective> make_staged_collective(std::unique_ptr<StreamWorker> worker,
                                                        std::unique_ptr<Collective> collective,
                                                        Seconds patience) {
  return std::make_unique<StagedCollective>(std::move(worker), std::move(collective), patience);
}

}  // namespace assay::collectives::device
