#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectives/channels.hpp"
#include "collectives/plan.hpp"
#include "collectives/verification/contribution.hpp"

namespace assay::collectives {

/// Executes one chunk of a plan with contributions in place of data.
/// Memory   32 bytes for each block of each segment of each rank.
class SymbolicExecutor {
 public:
  /// Precondition: find_malformed(plan) finds nothing, slots >= 1, and the plan outlives this.
  SymbolicExecutor(const Plan& plan, std::span<const Contribution> inputs, int slots);

  /// The first defect met on the way, or what is left when nothing moves any more: a step that
  /// waits for ever or a message that nobody received.
  [[nodiscard]] std::optional<std::string> run();

  /// A rank's output, segment by segment and block by block.
  [[nodiscard]] std::span<const Contribution> output(int rank) const;
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] std::uint32_t depth() const { return depth_; }

 private:
  /// A message on its way, and for which block and by which step it was sent.
  struct Message {
    Contribution value;
    std::uint32_t segment = 0;
    std::uint32_t block = 0;
    std::uint32_t step = 0;
    std::uint32_t depth = 0;   ///< messages in the longest chain that ends with this one
    std::uint64_t weight = 0;  ///< how long it is, where blocks have weights
  };
  /// A channel that was looked up last: mostly the next step's, too.
  struct Resolved {
    std::int32_t peer = Step::no_peer;
    std::optional<std::size_t> channel;
  };
  struct LaneState {
    const Lane* lane = nullptr;
    int rank = 0;
    std::uint32_t step = 0;   ///< next
    std::uint32_t depth = 0;  ///< messages in the longest chain that led here
    bool queued = false;
    Resolved from;
    Resolved to;

    [[nodiscard]] bool done() const { return step == lane->steps.size(); }
  };
  /// Why a lane cannot go on.
  struct Wait {
    std::string reason;
    std::optional<std::size_t> lane;  ///< that would have to move first, if it exists
  };

  void advance(std::size_t lane);
  [[nodiscard]] bool may_start(std::size_t lane);
  [[nodiscard]] bool take(std::size_t lane);
  /// What the step sends or stores; none if there is a defect.
  [[nodiscard]] std::optional<Contribution> evaluate(std::size_t lane, const Step& step);
  [[nodiscard]] std::optional<Contribution> read(std::size_t lane, const Step& step, Place place);
  [[nodiscard]] std::optional<Contribution> sum(const LaneState& state, const Contribution& left,
                                                const Contribution& right);
  [[nodiscard]] bool check_addressee(const LaneState& state, const Step& step,
                                     const Message& message);
  /// How long the block is that the step works on, by what it reads or writes of the buffers.
  [[nodiscard]] std::uint64_t weight_of(const LaneState& state, const Step& step) const;
  [[nodiscard]] Contribution& output_block(const LaneState& state, const Step& step);
  [[nodiscard]] Contribution& scratch_block(std::size_t lane, const Step& step);
  void wake(std::optional<std::size_t> lane);
  void wake_followers(std::size_t lane);
  void resolve(LaneState& state, const Step& step);

  [[nodiscard]] std::size_t lane_number(const LaneState& state) const;
  [[nodiscard]] std::string describe(const LaneState& state) const;
  [[nodiscard]] Wait wait_of(std::size_t lane);
  [[nodiscard]] std::optional<std::string> endless_wait();
  [[nodiscard]] std::optional<std::string> left_over();

  const Plan& plan_;
  std::span<const Contribution> inputs_;
  LaneIndex index_;
  Channels<Message> channels_;
  int slots_;
  std::size_t blocks_;  ///< of all segments of a rank
  std::vector<Contribution> outputs_;
  std::vector<std::vector<Contribution>> scratch_;  ///< of each lane, made when first used
  std::vector<LaneState> lanes_;
  std::vector<std::size_t> ready_;
  std::optional<std::string> defect_;
  std::uint64_t steps_ = 0;
  std::uint32_t depth_ = 0;
};

}  // namespace assay::collectives
