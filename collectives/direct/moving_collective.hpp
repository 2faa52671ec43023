#pragma once

#include <vector>

#include "collectives/collective.hpp"
#include "collectives/direct/meeting_place.hpp"
#include "collectives/direct/moves.hpp"
#include "collectives/layout.hpp"
#include "collectives/reduction.hpp"

namespace assay::collectives {

/// Runs one rank's moves, phase by phase; how it reaches a peer's buffer is the subclass's.
class MovingCollective : public Collective {
 public:
  ExecutionStatus run(const void* input, void* output, std::size_t count,
                      Deadline deadline) noexcept final;

 protected:
  /// Collective. Throws  Error if the plan is wrong, UnavailableError as MeetingPlace does.
  MovingCollective(const MovePlan& plan, Bootstrap& bootstrap, Transport& transport,
                   Elements elements, const ExecutorOptions& options);

  /// One move of `count` elements. Source and target are at `source_offset` and `target_offset`
  /// bytes in the buffers that the move names.
  /// Returns  a peer whose memory cannot be read any more, or -1.
  [[nodiscard]] virtual int make(const Move& move, std::size_t source_offset,
                                 std::size_t target_offset, std::size_t count) noexcept = 0;

  static constexpr int all_well = -1;
  [[nodiscard]] int rank() const noexcept { return meeting_.rank(); }
  [[nodiscard]] int ranks() const noexcept { return meeting_.ranks(); }
  [[nodiscard]] MeetingPlace::Addresses addresses_of(int peer) const noexcept {
    return peer == rank() ? mine_ : meeting_.shown_by(peer);
  }
  [[nodiscard]] ReduceOp op() const noexcept { return op_; }
  /// Nothing is done to an element but to combine it with others.
  [[nodiscard]] bool is_plain() const noexcept {
    return op_ != ReduceOp::avg && op_ != ReduceOp::mulsum;
  }
  [[nodiscard]] const OperationInfo& operation() const noexcept { return operation_; }
  /// Of this rank's buffer, or the root's where the root alone has one.
  [[nodiscard]] std::size_t bytes_of(Side side, std::size_t count) const noexcept {
    constexpr bool is_root = true;
    return buffer_elements(operation_, side, weights_, rank(), ranks(), is_root, count) *
           element_bytes_;
  }
  [[nodiscard]] std::size_t element_bytes() const noexcept { return element_bytes_; }
  [[nodiscard]] const Reduction& reduction() const noexcept { return reduction_; }
  [[nodiscard]] std::size_t most_sources() const noexcept { return most_sources_; }
  [[nodiscard]] std::size_t most_targets() const noexcept { return most_targets_; }

 private:
  /// A move, and where it is for the last run's count: as `make` takes it.
  struct PlacedMove {
    Move move;
    std::size_t source_offset = 0;
    std::size_t target_offset = 0;
    std::size_t elements = 0;
  };
  void place_moves(std::size_t count) noexcept;
  [[nodiscard]] ExecutionStatus meet(Deadline deadline) noexcept;

  const OperationInfo& operation_;
  PlanShape shape_;
  BlockWeights weights_;
  std::vector<std::vector<PlacedMove>> phases_;  ///< of this rank
  std::size_t count_ = 0;                        ///< of the last run
  std::size_t most_sources_ = 0;
  std::size_t most_targets_ = 0;
  MeetingPlace meeting_;
  MeetingPlace::Addresses mine_;
  ReduceOp op_;
  std::size_t element_bytes_;
  const Reduction& reduction_;
  ExecutorOptions options_;
};

}  // namespace assay::collectives
