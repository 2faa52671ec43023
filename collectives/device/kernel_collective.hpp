#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "collectives/device/group_collective.hpp"
#include "collectives/device/kernels.hpp"
#include "collectives/device/launches.hpp"
#include "collectives/device/placement.hpp"
#include "collectives/device/uploaded.hpp"
#include "collectives/device/verdict.hpp"

namespace assay::collectives::device {

/// What collectives by kernels of ours share: one `Run` for each rank of this process, launched
/// alone or, of virtual ranks, all together; an abort word and verdicts in the host's memory.
template <class Run>
class KernelCollective : public GroupCollective {
 public:
  void bind(std::span<const RankBuffers> buffers, std::size_t count, int operations) final {
    const std::vector<Run> runs = make_runs(buffers, count);
    for (std::size_t i = 0; i < launches_.size(); ++i) {
      const native::CurrentDevice current{launches_.device(i)};
      runs_[i].assign(of_launch(std::span{runs}, i));
    }
    is_empty_ = count == 0;
    if (is_empty_) operations = 0;
    launches_.prepare([this] { return enqueue(); }, operations);
  }

  void start() noexcept final {
    if (!is_empty_) launches_.start();
  }

  [[nodiscard]] ExecutionStatus finish(Deadline deadline) noexcept final {
    const auto never = [] { return false; };
    if (!launches_.wait(deadline, never)) {
      *static_cast<volatile std::uint32_t*>(abort()) = 1;
      constexpr Seconds to_notice{5.0};
      if (!launches_.wait(Deadline::after(to_notice), never))
        return TimedOut{Heartbeat::everybody, 0, -1, "its kernels do not end when they are told"};
    }
    if (launches_.failure() != cudaSuccess)
      return TimedOut{Heartbeat::nobody, 0, -1, cudaGetErrorString(launches_.failure())};
    for (std::size_t rank = 0; rank < ranks_; ++rank)
      if (auto status = status_of(verdicts_of(rank))) {
        // The job knows processes.
        if (status->waiting_for >= 0) status->waiting_for /= static_cast<int>(ranks_);
        return status;
      }
    return std::nullopt;
  }
  [[nodiscard]] int failure_code() const noexcept final { return launches_.failure(); }

 protected:
  /// `lanes` verdicts for each rank; `patience`: when the kernels give up by themselves.
  KernelCollective(const Placement& placement, LaunchShape shape, std::size_t lanes,
                   Seconds patience)
      : ranks_{static_cast<std::size_t>(placement.per_process)},
        lanes_{lanes},
        shape_{shape},
        launches_{placement},
        abort_{native::allocate_pinned(sizeof(std::uint32_t))},
        verdicts_{native::allocate_pinned(ranks_ * lanes * sizeof(LaneVerdict))} {
    *abort() = 0;
    std::fill_n(static_cast<LaneVerdict*>(verdicts_.get()), ranks_ * lanes, LaneVerdict{});
    std::vector<Limits> limits;
    for (std::size_t rank = 0; rank < ranks_; ++rank)
      limits.push_back({static_cast<std::uint64_t>(to_nanoseconds(patience)), abort(),
                        verdicts_of(rank).data()});
    for (std::size_t i = 0; i < launches_.size(); ++i) {
      const native::CurrentDevice current{launches_.device(i)};
      limits_.emplace_back(of_launch(std::span<const Limits>{limits}, i));
      runs_.emplace_back(ranks_of_launch());
    }
  }

 private:
  [[nodiscard]] cudaError_t enqueue() noexcept {
    for (std::size_t i = 0; i < launches_.size(); ++i) {
      if (launches_.size() > 1)
        if (const cudaError_t status = cudaSetDevice(launches_.device(i)); status != cudaSuccess)
          return status;
      const cudaError_t status =
          launch(runs_[i].data(), limits_[i].data(), shape_, launches_.stream(i));
      if (status != cudaSuccess) return status;
    }
    return cudaSuccess;
  }

  /// One for each rank of this process.
  [[nodiscard]] virtual std::vector<Run> make_runs(std::span<const RankBuffers> buffers,
                                                   std::size_t count) = 0;

  /// How many ranks run in a launch.
  [[nodiscard]] std::size_t ranks_of_launch() const { return launches_.size() == 1 ? ranks_ : 1; }
  template <class Value>
  [[nodiscard]] std::span<const Value> of_launch(std::span<const Value> all,
                                                 std::size_t number) const {
    return launches_.size() == 1 ? all : all.subspan(number, 1);
  }
  [[nodiscard]] std::uint32_t* abort() const { return static_cast<std::uint32_t*>(abort_.get()); }
  [[nodiscard]] std::span<LaneVerdict> verdicts_of(std::size_t rank) const {
    return {static_cast<LaneVerdict*>(verdicts_.get()) + rank * lanes_, lanes_};
  }

  std::size_t ranks_;
  std::size_t lanes_;
  LaunchShape shape_;
  Launches launches_;
  native::PinnedMemory abort_;
  native::PinnedMemory verdicts_;
  std::vector<Uploaded<Limits>> limits_;  ///< by launch
  std::vector<Uploaded<Run>> runs_;
  bool is_empty_ = true;
};

}  // namespace assay::collectives::device
