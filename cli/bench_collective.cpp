#include "cli/bench_collective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "benchmarks/collective.hpp"
#include "cli/table.hpp"
#include "cli/together.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/direct/cma.hpp"
#include "results/redact.hpp"

namespace assay::cli {

using benchmarks::CollectiveTask;
using benchmarks::CollectiveVariant;
using benchmarks::Job;
using benchmarks::SamplerOptions;
using collectives::DataType;
using collectives::Operation;
using collectives::ReduceOp;

namespace {

Operation operation_of(const BenchOptions& options) { return find_operation(options.name).value(); }

std::vector<Bytes> sizes_of(const BenchOptions& options) {
  if (options.min_bytes > options.max_bytes)
    throw UsageError{
        fmt::format("-b {} is above -e {}", options.min_bytes.value, options.max_bytes.value)};
  if (options.step_factor && options.step_bytes)
    throw UsageError{"-i and -f exclude each other; give one of them"};
  if (options.step_factor && options.min_bytes == 0_B)
    throw UsageError{"-f multiplies, so -b must be above 0"};
  const Bytes step = options.step_bytes.value_or(default_step);
  if (step == 0_B && options.min_bytes != options.max_bytes) throw UsageError{"-i must be above 0"};
  std::vector<Bytes> sizes;
  for (Bytes size = options.min_bytes; size <= options.max_bytes;) {
    sizes.push_back(size);
    if (options.step_factor)
      size = size * static_cast<std::uint64_t>(*options.step_factor);
    else
      size = size + std::max(step, 1_B);
  }
  for (const DataType type : options.types)
    for (const Bytes size : sizes)
      if (size.value % info(type).bytes != 0)
        throw UsageError{fmt::format("{} bytes are no multiple of {} ({} bytes)", size.value,
                                     info(type).name, info(type).bytes)};
  return sizes;
}

/// Whether the algorithm in which the kernel copies was asked for, by name or among all.
bool wants_cma(const BenchOptions& options) {
  return options.implementation != "mpi" && !options.registered &&
         collectives::has_cma_collective(operation_of(options)) &&
         (options.algorithm == benchmarks::cma_algorithm || options.algorithm == "all" ||
          options.implementation == "all");
}

/// Collective: what keeps this job from it, if anything.
std::optional<std::string> why_no_pull(const BenchOptions& options, const Job& job) {
  const auto& transport = benchmarks::choose_transport(job, options.common.transport);
  if (!transport.within_host_only)
    return fmt::format("ranks meet in shared memory, not by transport {}", transport.name);
  if (!job.faults.empty()) return "injected faults would not reach it";
  return collectives::why_no_cma(job.world);
}

/// `cma`: it is to be had.
std::vector<CollectiveVariant> variants_of(const BenchOptions& options, bool cma) {
  const bool all = options.algorithm == "all" || options.implementation == "all";
  std::vector<CollectiveVariant> variants;
  if (options.registered && options.implementation != "mpi")
    variants.push_back({"assay", "direct", options.common.transport, true});
  else if (options.implementation != "mpi")
    for (const auto& algorithm : collectives::algorithms(operation_of(options))) {
      const bool is_wanted =
          options.algorithm.empty() ? variants.empty() : options.algorithm == algorithm.name;
      if (all || is_wanted)
        variants.push_back({"assay", std::string{algorithm.name}, options.common.transport, false});
    }
  if (wants_cma(options) && cma)
    variants.push_back(
        {"assay", std::string{benchmarks::cma_algorithm}, options.common.transport, false});
  if (options.implementation != "assay") variants.push_back({"mpi", "default", "auto", false});
  return variants;
}

/// Every type, operation and root that was asked for and means something here.
std::vector<CollectiveTask> tasks_of(const BenchOptions& options, int ranks) {
  const auto& operation = info(operation_of(options));
  const auto operations = operation.reduces ? options.operations : std::vector{ReduceOp::sum};
  std::vector<int> roots{options.root.value_or(0)};
  if (!operation.has_root) roots = {0};
  if (operation.has_root && !options.root) {
    roots.resize(static_cast<std::size_t>(ranks));
    std::iota(roots.begin(), roots.end(), 0);
  }
  std::vector<CollectiveTask> tasks;
  for (const DataType type : options.types)
    for (const ReduceOp op : operations)
      for (const int root : roots) tasks.push_back({operation.operation, {type, op}, root});
  return tasks;
}

/// Throws if the hosts have not the memory for every rank's buffers.
void require_memory(const Job& job, Bytes each_rank) {
  together(job.world, [&] {
    const auto& me = job.identity(job.rank());
    const Bytes needed = each_rank * static_cast<std::uint64_t>(me.host_ranks);
    const Bytes available = topology::available_memory();
    if (needed > available)
      throw UsageError{
          fmt::format("{} ranks on {} need {} MiB for these sizes; {} MiB are available: lower -e",
                      me.host_ranks, me.host, needed / 1_MiB, available / 1_MiB)};
  });
}

void print_setting(const Job& job, const BenchOptions& options) {
  say(job,
      "# nThread 1 nGpus 1 minBytes {} maxBytes {} step: {}({}) warmup iters: {} iters: {} agg "
      "iters: {} validation: {} graph: 0\n#\n# Using devices\n",
      options.min_bytes.value, options.max_bytes.value,
      options.step_factor ? static_cast<std::uint64_t>(*options.step_factor)
                          : options.step_bytes.value_or(default_step).value,
      options.step_factor ? "factor" : "bytes",
      options.warmup ? std::to_string(*options.warmup) : "auto",
      options.iterations ? std::to_string(*options.iterations) : "auto", options.aggregated,
      options.checks.value_or(1));
  results::Redactor redactor{job.identities};
  for (const auto& rank : job.identities)
    say(job, "#  Rank {:2} Group  0 Pid {:6} on {:>10} device  0 [cpu] {}\n", rank.rank, rank.pid,
        options.common.redact ? redactor.host(rank.host) : rank.host, rank.processor);
  say(job, "#\n");
}

TableRow measure_row(benchmarks::CollectiveBenchmark& benchmark, const CollectiveTask& task,
                     Bytes size, int ranks, SamplerOptions sampler, RecordSink& sink) {
  TableRow row;
  row.count = benchmarks::element_count(task, size, ranks);
  row.type = info(task.elements.type).nccl_name;
  row.out_of_place = benchmark.measure(size, false, sampler);
  sink.keep(row.out_of_place);
  const OwnTimes out_of_place = benchmark.samples().own_s;
  OwnTimes in_place;
  if (benchmark.works_in_place()) {
    // All but the first in a row would work on their predecessor's result.
    if (sampler.operations > 1) sampler.check = false;
    row.in_place = benchmark.measure(size, true, sampler);
    sink.keep(*row.in_place);
    in_place = benchmark.samples().own_s;
  }
  sink.keep_row(row, out_of_place, in_place);
  return row;
}

}  // namespace

void check_collective(const BenchOptions& options, const Job& job) {
  const auto sizes = sizes_of(options);
  const auto& operation = info(operation_of(options));
  if (operation.has_root && options.root.value_or(0) >= job.size())
    throw UsageError{
        fmt::format("the root is rank {}; ranks are 0 to {}", *options.root, job.size() - 1)};
  constexpr auto mpi_limit = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (options.implementation != "assay" && operation.has_blocks)
    for (const DataType type : options.types) {
      const CollectiveTask task{operation.operation, {type, {}}, 0};
      const std::size_t count = benchmarks::element_count(task, sizes.back(), job.size());
      // With weights, displacements are ints, too.
      const bool is_too_long =
          (operation.has_weights ? benchmarks::whole_elements(task, count, job.size()) : count) >
          mpi_limit;
      if (is_too_long)
        throw UsageError{fmt::format("MPI takes at most {} elements {}; lower -e", mpi_limit,
                                     operation.has_weights ? "in all" : "a block")};
    }
  require_memory(job, benchmarks::collective_memory(sizes.back()));
}

void bench_collective(const BenchOptions& options, const Job& job, RecordSink& sink) {
  const auto sizes = sizes_of(options);
  print_setting(job, options);
  TableTotals totals;
  std::optional<std::string> no_pull;
  if (wants_cma(options)) no_pull = why_no_pull(options, job);
  if (no_pull && options.algorithm == benchmarks::cma_algorithm)
    throw UnavailableError{"algorithm pull is not to be had: " + *no_pull};
  if (no_pull) say(job, "# left out: algorithm pull: {}\n", *no_pull);
  for (const CollectiveVariant& variant : variants_of(options, !no_pull)) {
    say(job, "# implementation {} algorithm {}{}{}\n", variant.implementation, variant.algorithm,
        variant.implementation == "assay" ? " transport " + variant.transport : "",
        variant.registered ? " registered" : "");
    say(job, "{}", table_header());
    for (const CollectiveTask& task : tasks_of(options, job.size())) {
      benchmarks::CollectiveBenchmark benchmark{job, variant, task, sizes.back()};
      for (const Bytes size : sizes) {
        const TableRow row =
            measure_row(benchmark, task, size, job.size(), sampler_options(options), sink);
        totals.add(row, options.average);
        say(job, "{}", table_row(row, options.average));
      }
    }
  }
  say(job, "{}", table_footer(totals));
}

SamplerOptions sampler_options(const BenchOptions& options) {
  SamplerOptions sampler;
  sampler.iterations = options.iterations;
  sampler.warmup = options.warmup;
  sampler.checks = options.checks;
  sampler.check = options.checks != 0;
  sampler.operations = options.aggregated;
  sampler.deadline = options.common.deadline.value_or(default_deadline);
  return sampler;
}

}  // namespace assay::cli
