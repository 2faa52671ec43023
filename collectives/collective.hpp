#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "collectives/algorithm.hpp"
#include "collectives/bootstrap.hpp"
#include "collectives/data_type.hpp"
#include "collectives/host_executor.hpp"
#include "collectives/transport.hpp"
#include "core/clock.hpp"

namespace assay::collectives {

/// A collective operation that is set up and can be run again and again: our own plans and the
/// vendors' libraries alike, so that all are timed and checked in the same way.
class Collective {
 public:
  virtual ~Collective() = default;
  /// To be asked before `run` is called with other buffers than before, outside timed regions.
  /// Throws  UsageError if `run` cannot work on them: they are not in the registered memory that it
  ///         was made for, or that was freed.
  virtual void require_usable(const void* input, const void* output, std::size_t count) const {
    static_cast<void>(input);
    static_cast<void>(output);
    static_cast<void>(count);
  }
  /// Runs it; every rank of the group must. `count` and what the buffers hold: see operation.hpp; a
  /// buffer that a rank has no part of may be null. In place, the shorter buffer is where its block
  /// lies in the longer one; blocks with weights must be as long forth as back.
  /// Returns a value if a peer did not answer before the deadline. A library that has no
  /// deadlines of its own (MPI) returns late or never: the supervisor ends such a job.
  [[nodiscard]] virtual ExecutionStatus run(const void* input, void* output, std::size_t count,
                                            Deadline deadline) noexcept = 0;
};

/// The elements of a collective, and what is done to them where it reduces.
struct Elements {
  DataType type = DataType::float32;
  ReduceOp op = ReduceOp::sum;
};

/// Our own: proves the plan (up to `proved_ranks` ranks, where that takes milliseconds; larger
/// ones are proved by the test suite), opens its links and binds it. Collective.
[[nodiscard]] std::unique_ptr<Collective> make_collective(const Algorithm& algorithm,
                                                          const PlanOptions& plan_options,
                                                          Bootstrap& bootstrap,
                                                          Transport& transport, Elements elements,
                                                          const ExecutorOptions& options);
inline constexpr int proved_ranks = 128;

/// Rank `from` of the group sends to rank `to`; collective over the group.
[[nodiscard]] std::unique_ptr<Collective> make_transfer(int from, int to, Bootstrap& bootstrap,
                                                        Transport& transport, DataType type,
                                                        const ExecutorOptions& options);

}  // namespace assay::collectives
