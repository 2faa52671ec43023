#include "benchmarks/hops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "benchmarks/collective.hpp"
#include "benchmarks/measurement.hpp"
#include "benchmarks/timed_collective.hpp"
#include "benchmarks/traced_hops.hpp"
#include "benchmarks/transport_choice.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/transport/mpi.hpp"
#include "core/error.hpp"

namespace assay::benchmarks {

using collectives::ExecutionTrace;
using results::Record;

namespace {

/// Keeps what the trace has after each sample that counts.
class TracedCollective final : public TimedOperation {
 public:
  TracedCollective(TimedCollective& timed, ExecutionTrace& trace) : timed_{timed}, trace_{trace} {}

  void prepare(std::uint64_t sample) override {
    trace_.make_room();
    timed_.prepare(sample);
  }
  [[nodiscard]] collectives::ExecutionStatus run(Deadline deadline) noexcept override {
    return timed_.run(deadline);
  }
  [[nodiscard]] std::optional<Mismatch> check(std::uint64_t sample) override {
    kept_.push_back(trace_);
    return timed_.check(sample);
  }
  [[nodiscard]] const std::vector<ExecutionTrace>& kept() const { return kept_; }

 private:
  TimedCollective& timed_;
  ExecutionTrace& trace_;
  std::vector<ExecutionTrace> kept_;
};

/// The job's clocks as they are now, where there are several.
ClockAlignment aligned_now(const Job& job, Deadline deadline) {
  ClockAlignment alignment = job.alignment;
  const auto uncertain = collectives::gather_values(job.world, alignment.uncertainty());
  const bool one_clock =
      std::ranges::all_of(uncertain, [](Seconds of_rank) { return of_rank == Seconds{0}; });
  if (one_clock) return alignment;
  const auto transport = collectives::make_mpi_transport(job.world);
  alignment.note(measure_offset(job.world, *transport, deadline));
  return alignment;
}

}  // namespace

std::vector<std::string> algorithms_with_hops(collectives::Operation operation) {
  std::vector<std::string> names;
  for (const auto& algorithm : collectives::algorithms(operation))
    names.emplace_back(algorithm.name);
  return names;
}

bool has_hops(collectives::Operation operation, std::string_view algorithm) {
  const auto known = algorithms_with_hops(operation);
  return std::ranges::find(known, algorithm) != known.end();
}

Record measure_hops(const Job& job, const HopOptions& options) {
  const auto& algorithm = collectives::find_algorithm(options.operation, options.algorithm);
  const auto everyone = job.everyone();
  const Group group{job.world, everyone, std::nullopt};
  const CollectiveTask task{options.operation, options.elements, options.root};
  const auto weights = block_weights(options.operation, job.size());
  const std::size_t count = element_count(task, options.size, job.size());
  job.announce(fmt::format("hops of {} {} {} bytes", info(options.operation).name,
                           options.algorithm, options.size.value));

  const auto alignment = aligned_now(job, Deadline::after(options.deadline));
  const auto transport =
      make_transport(job, choose_transport(job, options.transport, everyone), everyone, job.world);
  ExecutionTrace trace;
  auto executor = executor_options(job, everyone);
  executor.trace = &trace;
  executor.block_bytes = options.block.value;
  const auto collective = collectives::make_collective(
      algorithm, {.lanes = options.lanes, .order = {}, .root = options.root, .weights = weights},
      job.world, *transport, options.elements, executor);
  TimedCollective timed{task, weights, count, group, nullptr};
  timed.choose(*collective, count, false);
  TracedCollective traced{timed, trace};

  SamplerOptions sampling;
  sampling.warmup = 1;  // finds out how many messages there are
  sampling.iterations = options.repetitions;
  sampling.deadline = options.deadline;
  const Samples samples = Sampler{job.world, alignment, job.heartbeat}.sample(traced, sampling);

  Record record;
  record.benchmark = info(options.operation).name;
  record.implementation = "assay";
  record.algorithm = options.algorithm;
  record.transport = std::string{transport->name()};
  record.dtype = info(options.elements.type).name;
  if (info(options.operation).reduces) record.op = info(options.elements.op).name;
  if (info(options.operation).has_root) record.root = options.root;
  record.size_bytes =
      whole_elements(task, weights, count, job.size()) * info(options.elements.type).bytes;
  record.ranks = job.size();
  record.in_place = false;
  record.registered = false;
  describe(record, samples, everyone);
  record.trace = gather_hops(job.world, alignment, traced.kept());
  return record;
}

}  // namespace assay::benchmarks
