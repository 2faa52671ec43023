#pragma once

#include <mpi.h>

#include <memory>

#include "collectives/bootstrap.hpp"
#include "core/heartbeat.hpp"
#include "core/native/mpi.hpp"

namespace assay::collectives {

/// Ranks of an MPI communicator. While it waits for the others, `heartbeat` says so.
class MpiBootstrap final : public Bootstrap {
 public:
  /// Collective: works on a duplicate of `communicator`. `heartbeat` must outlive this.
  MpiBootstrap(MPI_Comm communicator, Heartbeat& heartbeat);

  [[nodiscard]] int rank() const noexcept override { return rank_; }
  [[nodiscard]] int size() const noexcept override { return size_; }
  [[nodiscard]] std::vector<std::vector<std::byte>> all_gather(
      std::span<const std::byte> mine) override;
  void barrier() override;
  void patient_barrier() override;
  [[nodiscard]] std::unique_ptr<Bootstrap> split(int colour) override { return subgroup(colour); }
  /// `split`, for who needs the group's communicator.
  [[nodiscard]] std::unique_ptr<MpiBootstrap> subgroup(int colour);

  /// From now on, here and in groups split off, whoever waits lets others run: for ranks that
  /// outnumber the processors. A library that only spins (MPICH) keeps the processor from the very
  /// rank that it waits for.
  void give_way() noexcept { gives_way_ = true; }

  [[nodiscard]] MPI_Comm communicator() const noexcept { return communicator_.get(); }
  [[nodiscard]] Heartbeat& heartbeat() const noexcept { return heartbeat_; }

 private:
  MpiBootstrap(native::Communicator communicator, Heartbeat& heartbeat);
  void complete(MPI_Request request);

  native::Communicator communicator_;
  Heartbeat& heartbeat_;
  bool gives_way_ = false;
  int rank_ = 0;
  int size_ = 0;
};

}  // namespace assay::collectives
