#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "collectives/block_weights.hpp"
#include "collectives/combination.hpp"
#include "collectives/data_type.hpp"
#include "collectives/execution_trace.hpp"
#include "collectives/host_work.hpp"
#include "collectives/layout.hpp"
#include "collectives/plan.hpp"
#include "collectives/transport.hpp"
#include "collectives/worker.hpp"
#include "core/clock.hpp"
#include "core/heartbeat.hpp"
#include "core/wait.hpp"

namespace assay::collectives {

/// Where an execution gave up.
struct TimedOut {
  int waiting_for = Heartbeat::nobody;  ///< the job's rank that did not answer
  int lane = 0;
  int step = 0;
  const char* failure = nullptr;  ///< why it cannot answer; null: the deadline passed. Lasts as
                                  ///< long as the links.
};
/// How an execution ended: nothing, when all is done.
using ExecutionStatus = std::optional<TimedOut>;

struct ExecutorOptions {
  std::size_t block_bytes = 64 << 10;  ///< the longest message
  int slots = 4;                       ///< messages in flight per link
  WaitPolicy wait;
  Heartbeat* heartbeat = nullptr;  ///< told which rank a long wait is for; may be null
  /// Where plans of messages leave what they saw of each; null: they are not traced. What is traced
  /// reads the clock some times for each message.
  ExecutionTrace* trace = nullptr;
  /// Does the work of steps; null: this processor does. The user's buffers must be where it reaches
  /// them. Must outlive the executor, and be done when that goes.
  Worker* worker = nullptr;
  std::vector<int> world_ranks;  ///< the job's rank of every rank of the plan; empty: the same

  [[nodiscard]] int world_rank(int rank) const noexcept {
    return world_ranks.empty() ? rank : world_ranks[static_cast<std::size_t>(rank)];
  }
  /// Tells the heartbeat what this rank waits for.
  void report(const TimedOut& place) const noexcept;
};

/// What a plan's steps mean on one rank.
struct ExecutorTask {
  Operation operation = Operation::all_reduce;
  int rank = 0;
  int ranks = 1;
  DataType type = DataType::float32;
  ReduceOp op = ReduceOp::sum;
  BlockWeights weights = {};  ///< where the operation has them
};

/// Runs one rank's part of a plan over a transport: private buffers, staged through the links'
/// slots. What steps do to data is done by this processor or by a worker, of which each lane then
/// has one step at work, while the others go on. Set-up and execution are split: executing
/// allocates nothing, takes no lock and throws nothing; it yields the processor only after long
/// waits (see WaitPolicy).
class HostExecutor {
 public:
  /// Collective: all ranks open the links of the same plan.
  /// Throws  Error if the transport cannot open them.
  HostExecutor(const RankPlan& plan, PlanShape shape, const ExecutorTask& task,
               Transport& transport, const ExecutorOptions& options);

  /// Executes the plan; operation.hpp says how many elements the buffers hold. In place, the
  /// shorter buffer is where its block lies in the longer one, and weights must be symmetric;
  /// otherwise the two must not overlap.
  /// After a time-out the links are in an unknown state: use no executor on them again.
  [[nodiscard]] ExecutionStatus execute(const void* input, void* output, std::size_t count,
                                        Deadline deadline) noexcept;

 private:
  struct BoundStep {
    Step step;
    Sender* sender = nullptr;
    Receiver* receiver = nullptr;
  };
  struct BoundLane {
    std::uint32_t segment = 0;
    std::int32_t after = Lane::independent;
    std::vector<BoundStep> steps;
    std::shared_ptr<std::byte> scratch;  ///< one chunk of every block, where a step uses it
    std::size_t chunk = 0;               ///< next to work on, while executing
    std::size_t next = 0;                ///< next step of that chunk
    bool is_at_work = false;             ///< a worker has begun that step
  };
  /// The user's buffers, and how far each begins behind the whole one, in elements.
  struct Buffers {
    const std::byte* input;
    std::byte* output;
    std::size_t input_shift;
    std::size_t output_shift;
  };
  /// What a step works on: where it lies in the whole buffers, in elements.
  struct Piece {
    std::size_t in_input;
    std::size_t in_output;
    std::size_t count;
  };

  void bind(const RankPlan& plan, Transport& transport);
  /// Where one of the user's buffers holds the blocks, for runs that are told `count`.
  [[nodiscard]] Layout layout_of(Side side, std::size_t count) noexcept;
  [[nodiscard]] Piece piece_of(const BoundLane& lane, const Step& step) const noexcept;
  template <class Probe>
  [[nodiscard]] ExecutionStatus run(const Buffers& buffers, Deadline deadline,
                                    Probe probe) noexcept;
  /// Takes as many steps of the lane as can be taken now; true if it took any.
  template <class Probe>
  bool advance(BoundLane& lane, const Buffers& buffers, Probe& probe) noexcept;
  template <class Probe>
  bool take(BoundLane& lane, const Piece& piece, const Buffers& buffers, Probe& probe) noexcept;
  [[nodiscard]] Combination work_of(const BoundLane& lane, const Step& step, const Piece& piece,
                                    const Buffers& buffers, const std::byte* incoming,
                                    std::byte* room) const noexcept;
  [[nodiscard]] TimedOut blocked() const noexcept;
  [[nodiscard]] bool drained() noexcept;

  PlanShape shape_;
  ExecutorTask task_;
  StepArithmetic arithmetic_;
  ExecutorOptions options_;
  HostWork host_work_;
  LinkEnds ends_;
  std::vector<int> receivers_;  ///< of the senders
  std::vector<BoundLane> lanes_;
  /// Where blocks of lengths of their own begin in the input and in the output; otherwise empty.
  std::array<std::vector<std::size_t>, 2> begins_;
  // As for the last run's count.
  std::size_t count_ = 0;
  Layout input_layout_;
  Layout output_layout_;  ///< the same, unless blocks have lengths of their own
  std::size_t chunks_ = 0;
};

}  // namespace assay::collectives
