#include "cli/bench_collective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "benchmarks/collective.hpp"
#include "benchmarks/tuning.hpp"
#include "cli/model_table.hpp"
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
using benchmarks::Tuning;
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

/// Every algorithm of ours for the options' buffers, those that follow no plan last.
std::vector<std::string> our_algorithms(const BenchOptions& options) {
  const Operation operation = operation_of(options);
  std::vector<std::string> names;
  for (const auto& algorithm : collectives::algorithms(operation))
    names.emplace_back(algorithm.name);
  if (options.registered)
    names.emplace_back(benchmarks::registered_algorithm);
  else if (collectives::has_cma_collective(operation))
    names.emplace_back(benchmarks::cma_algorithm);
  return names;
}

/// As the options name them, whether or not they can be had here.
std::vector<CollectiveVariant> variants_of(const BenchOptions& options) {
  const bool every_implementation = options.implementation == "all";
  std::vector<std::string> names;
  if (options.algorithm != "all") names.push_back(options.algorithm);
  if (options.algorithm == "all" ||
      (every_implementation && options.algorithm == benchmarks::auto_algorithm))
    for (std::string& name : our_algorithms(options)) names.push_back(std::move(name));
  std::vector<CollectiveVariant> variants;
  if (options.implementation != "mpi")
    for (std::string& name : names)
      variants.push_back({"assay", std::move(name), options.common.transport, options.registered});
  if (options.implementation != "assay") variants.push_back({"mpi", "default", "auto", false});
  return variants;
}

/// Leaves out the algorithm in which the kernel copies, and says why, where it cannot be had.
/// Collective. Throws  UnavailableError if it was asked for by name.
std::vector<CollectiveVariant> without_unavailable(std::vector<CollectiveVariant> variants,
                                                   const BenchOptions& options, const Job& job) {
  const auto pulls = [](const CollectiveVariant& variant) {
    return variant.algorithm == benchmarks::cma_algorithm;
  };
  if (std::ranges::none_of(variants, pulls)) return variants;
  const auto why = benchmarks::why_no_pull(job, options.common.transport);
  if (!why) return variants;
  if (options.algorithm == benchmarks::cma_algorithm)
    throw UnavailableError{"algorithm pull is not to be had: " + *why};
  say(job, "# left out: algorithm pull: {}\n", *why);
  std::erase_if(variants, pulls);
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

/// What every way takes out of place at every size, beside what its prices say. Collective.
std::string measure_model(const Tuning& tuning, benchmarks::CollectiveBenchmark& benchmark,
                          const std::vector<Bytes>& sizes, const SamplerOptions& sampler,
                          RecordSink& sink) {
  std::vector<ModelRow> rows;
  for (const Bytes size : sizes)
    for (std::size_t way = 0; way < benchmark.ways().size(); ++way) {
      const auto record = benchmark.measure_way(way, size, false, sampler);
      sink.keep(record);
      rows.push_back({benchmark.measured_size(size), way, {record.median_s.value_or(0)}});
    }
  return model_table(tuning, rows);
}

}  // namespace

void check_collective(const BenchOptions& options, const Job& job) {
  const auto sizes = sizes_of(options);
  const auto& operation = info(operation_of(options));
  if (operation.has_root && options.root.value_or(0) >= job.size())
    throw UsageError{
        fmt::format("the root is rank {}; ranks are 0 to {}", *options.root, job.size() - 1)};
  constexpr auto longest_block = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (options.implementation != "assay" && operation.has_blocks)
    for (const DataType type : options.types)
      if (benchmarks::element_count({operation.operation, {type, {}}, 0}, sizes.back(),
                                    job.size()) > longest_block)
        throw UsageError{
            fmt::format("MPI takes at most {} elements a block; lower -e", longest_block)};
  require_memory(job, benchmarks::collective_memory(sizes.back()));
}

void bench_collective(const BenchOptions& options, const Job& job, RecordSink& sink) {
  const auto sizes = sizes_of(options);
  print_setting(job, options);
  const SamplerOptions sampler = sampler_options(options);
  TableTotals totals;
  for (const CollectiveVariant& variant : without_unavailable(variants_of(options), options, job)) {
    std::optional<Tuning> tuning;
    std::string choices;
    std::string model;
    say(job, "# implementation {} algorithm {}{}{}\n", variant.implementation, variant.algorithm,
        variant.implementation == "assay" ? " transport " + variant.transport : "",
        variant.registered ? " registered" : "");
    say(job, "{}", table_header());
    for (const CollectiveTask& task : tasks_of(options, job.size())) {
      benchmarks::CollectiveBenchmark benchmark{job, variant, task, sizes.back()};
      if (variant.algorithm == benchmarks::auto_algorithm) {
        if (tuning)
          tuning->apply(benchmark);
        else
          tuning.emplace(job, benchmark, sizes.front(), sizes.back(), sampler.deadline);
        sink.keep_models(tuning->figures());
        if (std::string line = choices_line(*tuning); line != choices) {
          choices = std::move(line);
          say(job, "{}", choices);
        }
      }
      for (const Bytes size : sizes) {
        const TableRow row = measure_row(benchmark, task, size, job.size(), sampler, sink);
        totals.add(row, options.average);
        say(job, "{}", table_row(row, options.average));
      }
      if (tuning && options.model) model += measure_model(*tuning, benchmark, sizes, sampler, sink);
    }
    say(job, "{}", model);
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
