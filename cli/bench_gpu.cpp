#include "cli/bench_gpu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "benchmarks/gpu_collective.hpp"
#include "cli/bench_collective.hpp"
#include "cli/bench_gpu_matmul.hpp"
#include "cli/bench_gpu_memory.hpp"
#include "cli/bench_peer_copy.hpp"
#include "cli/bench_self.hpp"
#include "cli/bench_tasks.hpp"
#include "cli/gpu_environment.hpp"
#include "cli/record_sink.hpp"
#include "cli/table.hpp"
#include "collectives/baseline/nccl_algorithms.hpp"
#include "collectives/device/inventory.hpp"
#include "collectives/device/own_algorithms.hpp"
#include "results/redact.hpp"

namespace assay::cli {

using benchmarks::CollectiveTask;
using benchmarks::GpuVariant;
using benchmarks::Job;
using collectives::device::Placement;

namespace {

/// On GPUs no model chooses: what moves each byte once, and the plan that is best known.
std::string default_algorithm(collectives::Operation operation, bool staged) {
  if (operation == collectives::Operation::all_reduce && !staged)
    return std::string{collectives::device::direct_algorithm};
  return collectives::device::own_algorithms(operation).front();
}

/// The ways that the options ask for, whether or not they can be had here.
std::vector<GpuVariant> variants_of(const BenchOptions& options) {
  const auto operation = find_operation(options.name).value();
  const bool is_open = options.algorithm == benchmarks::auto_algorithm;
  const bool all = options.algorithm == "all";
  const bool staged = options.staged;
  std::vector<GpuVariant> variants;
  if (options.implementation != "nccl") {
    auto names = collectives::device::own_algorithms(operation);
    std::erase_if(names, [&](const std::string& name) {
      namespace device = collectives::device;
      return (staged && device::is_by_hand(name)) ||
             (options.virtual_ranks && name == device::switch_algorithm) ||
             !device::why_not_on_gpus(operation, name, options.max_bytes.value).empty();
    });
    if (!all && !is_open) names = {options.algorithm};
    if (is_open) names = {default_algorithm(operation, staged)};
    for (const auto& name : names)
      variants.push_back(
          {"assay", name, false, false, options.graph, staged, options.common.transport});
  }
  const bool with_nccl =
      options.implementation == "nccl" ||
      (options.implementation == "all" && !options.virtual_ranks && benchmarks::has_nccl());
  if (with_nccl) {
    auto names = collectives::nccl_algorithms(operation);
    if (is_open || user_forces_nccl()) names.resize(1);
    if (options.implementation == "nccl" && !all && !is_open) names = {options.algorithm};
    for (const auto& name : names)
      variants.push_back(
          {"nccl", name, options.registered, options.window, options.graph, false, "auto"});
  }
  return variants;
}

/// Collective: the job's ranks with their GPUs, as they may be shown.
std::vector<results::NcclDevice> devices_of(const Job& job, const BenchOptions& options,
                                            const Placement& placement) {
  const auto inventory = collectives::device::find_gpus();
  std::string mine;
  for (int i = 0; i < placement.per_process; ++i) {
    const int device = placement.device(placement.first_local() + i);
    mine += inventory.gpus.at(static_cast<std::size_t>(device)).name + '\n';
  }
  std::string names;
  for (const std::string& of_process : gather_texts(job.world, mine)) names += of_process;
  std::istringstream lines{names};
  results::Redactor redactor{job.identities};
  std::vector<results::NcclDevice> devices;
  for (int rank = 0; rank < placement.ranks(); ++rank) {
    const auto& process = job.identity(rank / placement.per_process);
    std::string model;
    std::getline(lines, model);
    devices.push_back({.rank = rank,
                       .pid = process.pid,
                       .host = options.common.redact ? redactor.host(process.host) : process.host,
                       .device = placement.device(rank),
                       .bus = placement.bus(rank),
                       .model = model});
  }
  return devices;
}

void print_setting(const Job& job, const BenchOptions& options, const Placement& placement,
                   const std::vector<results::NcclDevice>& devices) {
  say(job,
      "# nThread 1 nGpus {} minBytes {} maxBytes {} step: {}({}) warmup iters: {} iters: {} agg "
      "iters: {} validation: {} graph: {}\n#\n# Using devices\n",
      placement.per_process, options.min_bytes.value, options.max_bytes.value,
      options.step_factor ? static_cast<std::uint64_t>(*options.step_factor)
                          : options.step_bytes.value_or(default_step).value,
      options.step_factor ? "factor" : "bytes",
      options.warmup ? std::to_string(*options.warmup) : "auto",
      options.iterations ? std::to_string(*options.iterations) : "auto", options.aggregated,
      options.checks.value_or(1), options.graph);
  for (const auto& device : devices)
    say(job, "#  Rank {:2} Group  0 Pid {:6} on {:>10} device {:2} [{}]{}\n", device.rank,
        device.pid, device.host, device.device, device.bus, placement.is_virtual ? " virtual" : "");
  say(job, "#\n");
}

/// Which way of several to leave out is not known before it was tried.
std::unique_ptr<benchmarks::GpuBenchmark> try_to_make(const Job& job, const Placement& placement,
                                                      const GpuVariant& variant,
                                                      const CollectiveTask& task, Bytes largest,
                                                      Seconds deadline, bool is_asked_for) {
  try {
    return std::make_unique<benchmarks::GpuBenchmark>(job, placement, variant, task, largest,
                                                      deadline);
  } catch (const UnavailableError& unavailable) {
    // Of all ranks alike: most machines have no switch that sums, and none sums every type.
    if (is_asked_for || variant.algorithm != collectives::device::switch_algorithm) throw;
    say(job, "# left out: {} {}: {}\n", variant.implementation, variant.algorithm,
        unavailable.what());
    return nullptr;
  } catch (const Error& error) {
    // Of all ranks alike: NCCL refuses what this machine has not.
    if (is_asked_for || error.exit_code() != ExitCode::nccl) throw;
    say(job, "# left out: {} {}: {}\n", variant.implementation, variant.algorithm, error.what());
    return nullptr;
  }
}

class GpuTable {
 public:
  GpuTable(const BenchOptions& options, const Job& job, const Placement& placement,
           RecordSink& sink)
      : options_{options}, job_{job}, placement_{placement}, sink_{sink} {}

  void measure(const GpuVariant& variant, const std::vector<Bytes>& sizes) {
    const char* kind = variant.window ? " window" : variant.registered ? " registered" : "";
    say(job_, "# implementation {} algorithm {}{}\n{}", variant.implementation, variant.algorithm,
        kind, table_header());
    for (const CollectiveTask& task : tasks_of(options_, placement_.ranks())) {
      const auto benchmark =
          try_to_make(job_, placement_, variant, task, sizes.back(),
                      options_.common.deadline.value_or(default_deadline),
                      options_.algorithm == variant.algorithm || variant.algorithm == "default");
      if (!benchmark) continue;
      for (const Bytes size : sizes) add_row(*benchmark, task, size);
    }
  }
  void finish() { say(job_, "{}", table_footer(totals_)); }

 private:
  void add_row(benchmarks::GpuBenchmark& benchmark, const CollectiveTask& task, Bytes size) {
    TableRow row;
    row.count = benchmarks::element_count(task, size, placement_.ranks());
    row.type = info(task.elements.type).nccl_name;
    OwnTimes out_of_place;
    OwnTimes in_place;
    row.out_of_place = benchmark.measure(size, false, sampler_options(options_));
    if (sink_.wants_times()) out_of_place = benchmark.samples().own_s;
    sink_.keep(row.out_of_place);
    if (benchmarks::block_weights(task.operation, placement_.ranks()).are_symmetric()) {
      row.in_place = benchmark.measure(size, true, sampler_options(options_));
      if (sink_.wants_times()) in_place = benchmark.samples().own_s;
      sink_.keep(*row.in_place);
    }
    sink_.keep_row(row, out_of_place, in_place);
    totals_.add(row, options_.average);
    say(job_, "{}", table_row(row, options_.average));
  }

  const BenchOptions& options_;
  const Job& job_;
  const Placement& placement_;
  RecordSink& sink_;
  TableTotals totals_;
};

}  // namespace

ExitCode run_bench_gpu(const BenchOptions& options, const Job& job,
                       const std::vector<std::string>& command_line) {
  load_kernels_eagerly();
  const auto operation = find_operation(options.name);
  const auto sizes = operation ? sizes_of(options) : std::vector<Bytes>{};
  const Placement placement = benchmarks::place_on_gpus(
      job, options.virtual_ranks.value_or(options.gpus), options.virtual_ranks.has_value());
  if (operation && info(*operation).has_root && options.root.value_or(0) >= placement.ranks())
    throw UsageError{fmt::format("the root is rank {}; ranks are 0 to {}", *options.root,
                                 placement.ranks() - 1)};
  if (options.name == "matmul") check_gpu_matmul_memory(options, job);
  if (options.name == "memory") check_gpu_memory(job);
  const auto devices = devices_of(job, options, placement);
  RecordSink sink{options, job, command_line, devices};
  prepare_nccl_environment(sink.directory(), job.rank() == 0, options.common.redact);
  sink.warn_of_parts();
  const bool for_ever = options.cycles == 0;
  for (std::int64_t cycle = 0; for_ever || cycle < options.cycles; ++cycle) {
    if (options.name == "matmul") {
      bench_gpu_matmul(options, job, placement, sink);
      continue;
    }
    if (options.name == "peer_copy") {
      bench_peer_copy(options, job, placement, sink);
      continue;
    }
    if (options.name == "digest") {
      bench_gpu_digest(options, job, placement, sink);
      continue;
    }
    if (!operation) {
      bench_gpu_memory(options, job, placement, sink);
      continue;
    }
    print_setting(job, options, placement, devices);
    if (options.algorithm == "all" && user_forces_nccl())
      say(job, "# left out: algorithms of NCCL: NCCL_ALGO or NCCL_PROTO is set\n");
    GpuTable table{options, job, placement, sink};
    static_cast<void>(sink.watched(options.name, [&] {
      for (const GpuVariant& variant : variants_of(options)) table.measure(variant, sizes);
      return std::vector<results::Record>{};  // each is kept as it is made
    }));
    table.finish();
  }
  return sink.finish();
}

}  // namespace assay::cli
