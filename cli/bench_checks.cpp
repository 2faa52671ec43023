// What options of bench do not go together, and what is not there.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "benchmarks/collective.hpp"
#include "benchmarks/hops.hpp"
#include "cli/bench_gpu.hpp"
#include "cli/bench_gpu_matmul.hpp"
#include "cli/option_kinds.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/direct/cma.hpp"
#include "core/named.hpp"

namespace assay::cli {

namespace {

/// What says how collectives are measured says nothing to other benchmarks. `pair` samples as they
/// do; of what runs kernels each run is a sample, checked, and `-n` alone says how many.
void check_sampling(const BenchOptions& bench) {
  if (find_operation(bench.name)) return;
  const BenchOptions usual;
  const auto refuse = [&](bool given, std::string_view option) {
    if (given) throw UsageError{fmt::format("{} is not for {}; leave it out", option, bench.name)};
  };
  refuse(bench.min_bytes != usual.min_bytes, "-b");
  refuse(bench.max_bytes != usual.max_bytes, "-e");
  refuse(bench.step_bytes.has_value(), "-i");
  refuse(bench.step_factor.has_value(), "-f");
  refuse(bench.operations != usual.operations, "-o");
  refuse(bench.root != usual.root, "-r");
  refuse(!bench.average.empty(), "-a");
  refuse(bench.registered || bench.window, "-R");
  const bool has_types = bench.name == "matmul" || bench.name == "memory";
  refuse(bench.types != usual.types && !has_types, "-d");
  refuse(bench.implementation != usual.implementation && bench.name != "matmul",
         "--implementation");
  if (bench.name == "pair") return;
  refuse(bench.iterations && bench.name == "inventory", "-n");
  const bool samples_copies = bench.name == "memory" && wants_gpus(bench);
  refuse(bench.warmup && !samples_copies, "-w");
  refuse(bench.aggregated > 1, "-m");
  refuse(bench.checks.has_value(), "-c");
}

/// nccl-tests' JSON has no place for what is not one of its tests.
void check_json(const BenchOptions& bench) {
  if (!bench.json.empty() && bench.cycles == 0)
    throw UsageError{"-J is written at the end, and -N 0 has none; use --json-lines"};
  if (!bench.json.empty() && !find_operation(bench.name))
    throw UsageError{
        fmt::format("-J is for collectives, and {} is none; use --json-lines", bench.name)};
}

/// What is asked of an operation must be there for it.
void check_algorithm(const BenchOptions& bench) {
  const bool by_name = bench.algorithm != benchmarks::auto_algorithm && bench.algorithm != "all";
  const auto operation = find_operation(bench.name);
  if (!operation && (by_name || bench.model))
    throw UsageError{fmt::format("{} has no algorithms; leave {} out", bench.name,
                                 by_name ? "--algorithm" : "--model")};
  if (bench.model && (bench.implementation == "mpi" || bench.algorithm == "all" || by_name))
    throw UsageError{
        "--model is of algorithm auto; leave --algorithm and --implementation mpi out"};
  if (!by_name || bench.implementation == "mpi") return;  // MPI is asked when it runs
  if (bench.algorithm == benchmarks::load_store_algorithm ||
      bench.algorithm == benchmarks::load_stream_algorithm) {
    if (bench.registered) return;
    throw UsageError{fmt::format("algorithm {} needs -R 1", bench.algorithm)};
  }
  if (bench.algorithm == benchmarks::cma_algorithm && collectives::has_cma_collective(*operation)) {
    if (!bench.registered) return;
    throw UsageError{
        fmt::format("algorithm {} is for private buffers; leave -R 1 out", bench.algorithm)};
  }
  static_cast<void>(collectives::find_algorithm(*operation, bench.algorithm));
}

void check_trace(const BenchOptions& bench) {
  if (!bench.trace) return;
  const auto operation = find_operation(bench.name);
  if (!operation)
    throw UsageError{fmt::format("--trace is for collectives, and {} is none", bench.name)};
  if (bench.split)
    throw UsageError{
        fmt::format("--trace is for all ranks together; unset {}", bench.split->setting)};
  const bool sends_messages =
      bench.algorithm == "all" || benchmarks::has_hops(*operation, bench.algorithm);
  if (!sends_messages || bench.implementation == "mpi" || bench.registered)
    throw UsageError{
        fmt::format("--trace needs one of our algorithms that send messages: --algorithm all or "
                    "one of {}",
                    fmt::join(benchmarks::algorithms_with_hops(*operation), ", "))};
}

/// What means something on GPUs alone.
void check_host_memory(const BenchOptions& bench) {
  if (bench.graph > 0)
    throw UsageError{"-G is for buffers on GPUs; add --memory device, or leave it out"};
  if (bench.window)
    throw UsageError{"-R 2 is for --implementation nccl; on the host there is -R 1"};
}

void check_split(const BenchOptions& bench) {
  if (bench.split && !find_operation(bench.name))
    throw UsageError{fmt::format("{} is for collectives, and {} is none; unset it",
                                 bench.split->setting, bench.name)};
}

/// What is of one kind of benchmark alone, and what the host's kernels cannot do.
void check_device_options(const BenchOptions& bench) {
  const bool is_matmul = bench.name == "matmul";
  const bool asks_for_matmul =
      bench.all_cores || bench.layout || bench.all_shapes || !bench.shapes.empty();
  if (asks_for_matmul && !is_matmul)
    throw UsageError{
        fmt::format("--shape, --layout and --all-cores are for matmul, not for {}", bench.name)};
  const std::vector usual{collectives::DataType::float32};
  if (is_matmul && bench.types != usual)
    throw UnavailableError{"matmul on the host is of float32; leave -d out"};
  if (bench.name == "memory" && bench.types != usual)
    throw UnavailableError{"memory on the host is of float64; leave -d out"};
}

}  // namespace

void check_bench(const BenchOptions& bench) {
  check_gpu_matmul_words(bench);
  check_sampling(bench);
  if (wants_gpus(bench)) return check_gpu_options(bench);
  check_host_memory(bench);
  check_device_options(bench);
  check_algorithm(bench);
  check_json(bench);
  check_trace(bench);
  check_split(bench);
}

}  // namespace assay::cli
