#include <fmt/format.h>
#include <fmt/ranges.h>

#include "benchmarks/collective.hpp"
#include "benchmarks/gpu_collective.hpp"
#include "benchmarks/gpu_matmul/choice.hpp"
#include "benchmarks/pair.hpp"
#include "benchmarks/transport_choice.hpp"
#include "cli/bench_collective.hpp"
#include "cli/bench_device.hpp"
#include "cli/bench_gpu.hpp"
#include "cli/bench_self.hpp"
#include "cli/record_sink.hpp"
#include "cli/verbs.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/baseline/mpi_algorithms.hpp"
#include "collectives/baseline/nccl_algorithms.hpp"
#include "collectives/device/inventory.hpp"
#include "collectives/device/own_algorithms.hpp"
#include "collectives/transports.hpp"
#include "core/named.hpp"

namespace assay::cli {

using benchmarks::Job;
using collectives::device::NoGpu;
using results::Record;

namespace {

void bench_pair(const BenchOptions& options, const Job& job, RecordSink& sink) {
  if (job.size() < 2) throw UsageError{"pair needs two ranks or more; start it with mpirun -n 2"};
  benchmarks::PairOptions pair;
  pair.transport = options.common.transport;
  pair.sampler = sampler_options(options);
  const auto records = sink.watched("pair", [&] {
    return benchmarks::measure_pairs(job, benchmarks::all_pair_rounds(job), pair);
  });
  say(job, "# {:>4} {:>4}  {:>12}  {:>10}  {:>8}  {:>6}\n", "from", "to", "size", "time", "algbw",
      "#wrong");
  say(job, "# {:>4} {:>4}  {:>12}  {:>10}  {:>8}\n", "", "", "(B)", "(us)", "(GB/s)");
  for (const Record& record : records) {
    sink.keep(record);
    say(job, "  {:>4} {:>4}  {:>12}  {:>10.2f}  {:>8.2f}  {:>6}\n", *record.from_rank,
        *record.to_rank, *record.size_bytes, *record.median_s * 1e6,
        *record.algorithm_bandwidth_bytes_per_s / 1e9, record.wrong.value_or(0));
  }
}

void print_gpus(const collectives::device::Inventory& inventory) {
  fmt::print("gpus:\n");
  if (inventory.gpus.empty()) fmt::print("  {}\n", inventory.why_none);
  for (const auto& gpu : inventory.gpus)
    fmt::print("  {:<15} {} {}, {}.{}, {} multiprocessors, {} MiB\n",
               fmt::format("gpu{}", gpu.number), gpu.name, gpu.bus, gpu.capability_major,
               gpu.capability_minor, gpu.multiprocessors, gpu.memory_bytes >> 20);
}

}  // namespace

ExitCode run_bench(const BenchOptions& options, Job& job,
                   const std::vector<std::string>& command_line) {
  if (wants_gpus(options)) return run_bench_gpu(options, job, command_line);
  const bool is_collective = find_operation(options.name).has_value();
  if (is_collective)
    check_collective(options, job);
  else
    static_cast<void>(benchmarks::choose_transport(job, options.common.transport, job.everyone()));
  if (options.name == "matmul") check_device(options, job);
  if (!job.why_no_ucx.empty())
    say(job, "# transport auto: mpi between hosts: ucx cannot be used: {}\n", job.why_no_ucx);
  RecordSink sink{options, job, command_line};
  const bool for_ever = options.cycles == 0;
  for (std::int64_t cycle = 0; for_ever || cycle < options.cycles; ++cycle) {
    if (is_collective)
      static_cast<void>(sink.watched(options.name, [&] {
        bench_collective(options, job, sink);
        return std::vector<Record>{};  // each is kept as it is made
      }));
    else if (options.name == "pair")
      bench_pair(options, job, sink);
    else if (options.name == "digest")
      bench_digest(options, job, sink);
    else if (options.name == "inventory")
      bench_inventory(job, sink);
    else
      bench_device(options, job, sink);
  }
  return sink.finish();
}

ExitCode run_list() {
  fmt::print("benchmarks: {}\n", fmt::join(benchmark_names(), " "));
  fmt::print("algorithms:\n");
  for (const auto& algorithm : collectives::algorithms())
    fmt::print("  {:<15} {:<17} {}\n", info(algorithm.operation).name, algorithm.name,
               algorithm.description);
  fmt::print("  {:<15} {:<17} {}\n", "all but reduce", benchmarks::cma_algorithm,
             "the kernel copies between private buffers (CMA), on one host");
  fmt::print("  {:<15} {:<17} {}\n", "all", benchmarks::load_store_algorithm,
             "peers load and store directly in registered buffers (-R 1), on one host");
  fmt::print("  {:<15} {:<17} {}\n", "all", benchmarks::load_stream_algorithm,
             "the same with stores past the caches, for large messages");
  fmt::print("  {:<15} {:<17} {}\n", "all", benchmarks::auto_algorithm,
             "whichever of these is the quickest for a size, as measured at the start");
  fmt::print("  {:<15} {:<17} {}\n", "all_reduce", collectives::device::packets_algorithm,
             "on GPUs (--memory device), with the flags in the data, for short messages");
  fmt::print("  {:<15} {:<17} {}\n", "all_reduce", collectives::device::direct_algorithm,
             "on GPUs, each sums its share of all and stores it to all");
  for (const auto& rung : benchmarks::gpu_matmul::ladder())
    fmt::print("  {:<15} {:<17} on GPUs: {}\n", "matmul", rung.name, rung.description);
  fmt::print("types:      {}\noperations: {}\n", names_in(collectives::data_types),
             names_in(collectives::reduce_ops));
  fmt::print("transports:\n");
  for (const auto& backend : collectives::transports())
    fmt::print("  {:<15} {}\n", backend.name, backend.description);
  fmt::print("baselines:\n  {:<15} {:<17} MPI's own calls as the library chooses to do them\n",
             "mpi", collectives::mpi_default);
  for (const auto& operation : collectives::operations)
    if (const collectives::MpiAlgorithms forced{operation.operation}; !forced.names().empty())
      fmt::print("  {:<15} {:<17} the library is told: {}\n", "mpi", operation.name,
                 fmt::join(forced.names(), " "));
  for (const auto& operation : collectives::operations)
    if (find_operation(operation.name) && benchmarks::has_nccl())
      fmt::print("  {:<15} {:<17} on GPUs: {}\n", "nccl", operation.name,
                 fmt::join(collectives::nccl_algorithms(operation.operation), " "));
  fmt::print("  {:<15} {:<17} on GPUs: the quickest that cuBLASLt's heuristics propose\n",
             benchmarks::gpu_matmul::cublaslt_name, "matmul");
  const auto gpus = collectives::device::find_gpus();
  print_gpus(gpus);
  std::vector<std::string_view> missing;
  if (gpus.problem == NoGpu::not_built) missing.push_back("cuda");
  if (!benchmarks::has_nccl()) missing.push_back("nccl");
  for (const std::string_view name : collectives::missing_transports()) missing.push_back(name);
  if (!missing.empty()) fmt::print("not in this build: {}\n", fmt::join(missing, ", "));
  return ExitCode::success;
}

}  // namespace assay::cli
