#include <fmt/format.h>

#include "benchmarks/gpu_collective.hpp"
#include "cli/bench_gpu.hpp"
#include "cli/bench_gpu_matmul.hpp"
#include "cli/gpu_environment.hpp"
#include "collectives/baseline/nccl_algorithms.hpp"
#include "collectives/device/own_algorithms.hpp"

namespace assay::cli {

namespace {

/// What has no meaning there, or none yet.
void refuse_host_options(const BenchOptions& options) {
  const auto refuse = [](bool given, std::string_view what) {
    if (given) throw UsageError{fmt::format("{} is not for GPUs; leave it out", what)};
  };
  refuse(options.implementation == "mpi", "--implementation mpi");
  refuse(options.common.transport != "auto" && !options.staged, "--transport without --staged");
  refuse(!options.common.rails.empty() && !options.staged, "--rails without --staged");
  refuse(!options.common.faults.empty(), "--inject");
  refuse(options.model, "--model");
  refuse(options.trace, "--trace");
  refuse(options.split.has_value(), options.split ? options.split->setting : "");
}

/// Of benchmarks that are no collectives, and measure each GPU in all ways that they know.
void refuse_collective_options(const BenchOptions& options) {
  const auto refuse = [&](bool given, std::string_view what) {
    if (given) throw UsageError{fmt::format("{} is not for {}; leave it out", what, options.name)};
  };
  refuse(options.virtual_ranks.has_value(), "--virtual-ranks");
  refuse(options.staged, "--staged");
  refuse(options.graph > 0, "-G");
  refuse(options.algorithm != benchmarks::auto_algorithm, "--algorithm");
  refuse(!options.json.empty(), "-J");
}

/// What goes by the hosts is for the plans that they execute, too.
void check_staged(const BenchOptions& options) {
  if (!options.staged) return;
  if (options.implementation != "assay")
    throw UsageError{"--staged is how ours goes between hosts; leave --implementation out"};
  if (options.virtual_ranks || options.gpus > 1)
    throw UsageError{"--staged is for one GPU a process; leave -g and --virtual-ranks out"};
  if (options.graph > 0)
    throw UsageError{
        "-G captures what GPUs do, and --staged has the hosts work; leave "
        "one of them out"};
  if (collectives::device::is_by_hand(options.algorithm))
    throw UsageError{
        fmt::format("algorithm {} is for GPUs that reach each other, not for "
                    "--staged",
                    options.algorithm)};
}

void check_names(const BenchOptions& options) {
  const auto operation = find_operation(options.name).value();
  if (options.algorithm == "all" || options.algorithm == benchmarks::auto_algorithm) return;
  if (options.implementation == "nccl") {
    const auto forcing = collectives::find_nccl_forcing(operation, options.algorithm);
    if (!forcing.algorithm.empty() && user_forces_nccl())
      throw UsageError{
          fmt::format("NCCL_ALGO or NCCL_PROTO is set already; unset it, or leave "
                      "--algorithm {} out",
                      options.algorithm)};
  } else if (options.virtual_ranks && options.algorithm == collectives::device::switch_algorithm) {
    throw UsageError{fmt::format(
        "algorithm {} sums what several GPUs hold; leave --virtual-ranks out", options.algorithm)};
  } else if (const auto why = collectives::device::why_not_on_gpus(operation, options.algorithm,
                                                                   options.max_bytes.value);
             !why.empty()) {
    throw UsageError{why};
  }
}

}  // namespace

bool wants_gpus(const BenchOptions& options) {
  return options.name == "peer_copy" || options.memory == "device" || options.staged ||
         options.gpus > 1 || options.virtual_ranks || options.implementation == "nccl";
}

void check_gpu_options(const BenchOptions& options) {
  if (options.name == "memory") return refuse_host_options(options);
  if (options.name == "matmul") {
    refuse_host_options(options);
    return check_gpu_matmul(options);
  }
  if (options.name == "peer_copy" || options.name == "digest") {
    refuse_host_options(options);
    return refuse_collective_options(options);
  }
  if (!find_operation(options.name))
    throw UsageError{
        fmt::format("{} is for the host; GPUs are for collectives, matmul, memory, "
                    "peer_copy and digest",
                    options.name)};
  if (options.virtual_ranks && options.gpus > 1)
    throw UsageError{"--virtual-ranks puts all ranks on one GPU; leave -g out"};
  if (options.virtual_ranks && options.implementation == "nccl")
    throw UsageError{"NCCL has no virtual ranks: it wants a GPU for each; leave one of them out"};
  if (options.graph > 0 && options.aggregated > 1)
    throw UsageError{"-G says how many operations a sample has; leave -m out"};
  if (options.window && options.implementation != "nccl")
    throw UsageError{"-R 2 is NCCL's; add --implementation nccl"};
  refuse_host_options(options);
  check_staged(options);
  check_names(options);
  if (options.implementation == "nccl" && !benchmarks::has_nccl())
    throw UnavailableError{"nccl is not in this build: nccl.h was not found"};
}

}  // namespace assay::cli
