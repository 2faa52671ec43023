#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "collectives/data_type.hpp"
#include "collectives/layout.hpp"
#include "collectives/plan.hpp"
#include "collectives/reduction.hpp"
#include "collectives/transport.hpp"
#include "core/clock.hpp"
#include "core/heartbeat.hpp"
#include "core/wait.hpp"

namespace assay::collectives {

/// Where an execution gave up.
struct TimedOut {
  int waiting_for = Heartbeat::nobody;  ///< the job's rank that did not answer
  int lane = 0;
  int step = 0;
};
/// How an execution ended: nothing, when all is done.
using ExecutionStatus = std::optional<TimedOut>;

struct ExecutorOptions {
  std::size_t block_bytes = 64 << 10;  ///< the longest message
  int slots = 4;                       ///< messages in flight per link
  WaitPolicy wait;
  Heartbeat* heartbeat = nullptr;  ///< told which rank a long wait is for; may be null
  std::vector<int> world_ranks;    ///< the job's rank of every rank of the plan; empty: the same
};

/// Runs one rank's part of a plan over a transport: private buffers, staged through the links'
/// slots. Set-up and execution are split: executing allocates nothing, takes no lock and throws
/// nothing; it yields the processor only after long waits (see WaitPolicy).
class HostExecutor {
 public:
  /// Collective: all ranks open the links of the same plan.
  /// Throws  Error if the transport cannot open them.
  HostExecutor(const RankPlan& plan, PlanShape shape, int rank, Transport& transport, DataType type,
               ReduceOp op, const ExecutorOptions& options);

  /// Executes the plan on `count` elements. `input` may equal `output`, and must not overlap it
  /// otherwise. After a time-out the links are in an unknown state: use no executor on them again.
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
    std::size_t chunk = 0;  ///< next to work on, while executing
    std::size_t next = 0;   ///< next step of that chunk
  };
  struct Buffers {
    const std::byte* input;
    std::byte* output;
  };

  void bind(const RankPlan& plan, int rank, Transport& transport);
  /// Takes as many steps of the lane as can be taken now; true if it took any.
  bool advance(BoundLane& lane, const Layout& layout, Buffers buffers) noexcept;
  bool take(const BoundStep& bound, ElementRange range, Buffers buffers) noexcept;
  [[nodiscard]] TimedOut blocked(std::size_t chunks) const noexcept;
  [[nodiscard]] bool drained() noexcept;
  [[nodiscard]] int world_rank(int rank) const noexcept;
  void report(const TimedOut& wait) const noexcept;

  PlanShape shape_;
  std::size_t element_bytes_;
  ReduceFunction reduce_;
  ExecutorOptions options_;
  LinkEnds ends_;
  std::vector<BoundLane> lanes_;
};

}  // namespace assay::collectives
