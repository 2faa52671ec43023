#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

#include "benchmarks/collective.hpp"
#include "benchmarks/hops.hpp"
#include "cli/bench_gpu.hpp"
#include "cli/bench_gpu_matmul.hpp"
#include "cli/option_kinds.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/direct/cma.hpp"
#include "core/named.hpp"
#include "core/parse.hpp"

namespace assay::cli {

namespace {

constexpr int any_count = std::numeric_limits<int>::max();

void add_sizes(CLI::App& app, BenchOptions& bench) {
  add_size(app, "-b,--minbytes", bench.min_bytes, "Smallest message (32M)");
  add_size(app, "-e,--maxbytes", bench.max_bytes, "Largest message (32M)");
  app.add_option_function<std::string>(
         "-i,--stepbytes",
         [&bench](const std::string& value) { bench.step_bytes = parse_size(value); },
         "Add this much from one size to the next (1M, unless -f is given)")
      ->type_name("SIZE");
  app.add_option_function<std::string>(
         "-f,--stepfactor",
         [&bench](const std::string& value) {
           bench.step_factor = parse_integer(value, 2, any_count, "-f");
         },
         "Multiply by this from one size to the next")
      ->type_name("N");
}

void add_iterations(CLI::App& app, BenchOptions& bench) {
  add_count(
      app, "-n,--iters", 1, any_count, [&bench](int n) { bench.iterations = n; },
      "Samples a size, or of each kernel; products of digest (default: until the median's 95 % "
      "interval is within 2.5 %; of kernels what fits half a second; 20)");
  add_count(
      app, "-w,--warmup_iters", 0, any_count, [&bench](int n) { bench.warmup = n; },
      "Samples before that are not counted (default: until stable)");
  add_count(
      app, "-m,--agg_iters", 1, any_count, [&bench](int n) { bench.aggregated = n; },
      "Operations in a row that a sample is the mean of; the last one's result is checked, but in "
      "place none is: each would find the one before's result as its input (1)");
  add_count(
      app, "-N,--run_cycles", 0, any_count, [&bench](int n) { bench.cycles = n; },
      "Run the whole table this many times; 0: until interrupted (1)");
  add_count(
      app, "-c,--check", 0, any_count, [&bench](int n) { bench.checks = n; },
      "Check the results of the first N samples of each measurement; 0: none (default: of all "
      "samples)");
  app.add_option("-a,--average", bench.average,
                 "Report the ranks' own times: 0 rank 0's, 1 mean, 2 least, 3 greatest (default: "
                 "from the last arrival to the last departure)")
      ->check(CLI::IsMember({"0", "1", "2", "3"}))
      ->type_name("N");
}

void add_matmul(CLI::App& app, BenchOptions& bench) {
  app.add_option_function<std::string>(
         "--shape",
         [&bench](const std::string& value) {
           bench.all_shapes = value == "all";
           if (!bench.all_shapes) bench.shapes = benchmarks::parse_shapes(value);
         },
         "Of matmul: N or ROWSxCOLUMNSxDEPTH, or several, 512,2048,300x200x77, or all, which is a "
         "set of usual ones; the best of several is named at the end (512; on GPUs 4096)")
      ->type_name("SHAPE,...");
  app.add_option_function<std::string>(
         "--layout",
         [&bench](const std::string& value) { bench.layout = benchmarks::parse_layout(value); },
         "Of matmul: how its operands lie in memory, nn, nt, tn or tt (n row by row, t column by "
         "column) (nn; on GPUs nt)")
      ->type_name("LETTERS");
  app.add_flag("--all-cores", bench.all_cores,
               "Of matmul: on all processors that the rank may use, not on one");
}

void add_gpus(CLI::App& app, BenchOptions& bench) {
  app.add_option("--memory", bench.memory,
                 "Where the buffers are: host, device (host, but for -g above 1, --virtual-ranks "
                 "and nccl)")
      ->check(CLI::IsMember({"host", "device"}))
      ->type_name("NAME");
  add_count(
      app, "-g,--ngpus", 1, any_count, [&bench](int n) { bench.gpus = n; },
      "GPUs that each process drives, each of them a rank; 1 without --memory device: none (1)");
  add_count(
      app, "--virtual-ranks", 1, any_count, [&bench](int n) { bench.virtual_ranks = n; },
      "So many ranks on one GPU of one process: shows that they are right, and no bandwidth");
  app.add_flag(
      "--staged", bench.staged,
      "Buffers on GPUs that need not reach each other, as on several hosts: GPUs sum, and the "
      "hosts move messages by --transport");
  add_count(
      app, "-G,--cudagraph", 0, any_count, [&bench](int n) { bench.graph = n; },
      "Operations captured in a CUDA graph, which a sample is the mean of; 0: no graph (0)");
}

}  // namespace

void add_bench(CLI::App& app, BenchOptions& bench) {
  app.add_option("NAME", bench.name, fmt::format("{}", fmt::join(benchmark_names(), ", ")))
      ->required()
      ->check(CLI::IsMember(benchmark_names()));
  add_sizes(app, bench);
  add_iterations(app, bench);
  app.add_option_function<std::string>(
         "-o,--op",
         [&bench](const std::string& value) {
           bench.operations.clear();
           for (const auto& entry : collectives::reduce_ops)
             if (value == "all") bench.operations.push_back(entry.op);
           if (value != "all") bench.operations = {collectives::parse_reduce_op(value)};
         },
         "Operation: " + names_in(collectives::reduce_ops) + ", all (sum)")
      ->type_name("NAME");
  app.add_option_function<std::string>(
         "-d,--datatype",
         [&bench](const std::string& value) {
           bench.types.clear();
           bench.tf32 = value == "tf32";
           for (const auto& entry : collectives::data_types)
             if (value == "all") bench.types.push_back(entry.type);
           if (value != "all" && !bench.tf32) bench.types = {collectives::parse_data_type(value)};
         },
         "Type: " + names_in(collectives::data_types) +
             ", or nccl-tests' names, all; of matmul on GPUs also tf32 (float)")
      ->type_name("NAME");
  app.add_option_function<std::string>(
         "-r,--root",
         [&bench](const std::string& value) {
           bench.root.reset();
           if (value != "all") bench.root = parse_integer(value, 0, any_count, "-r");
         },
         "Root rank, where the operation has one, or all, one after the other (0)")
      ->type_name("N");
  add_fixed(app, "-t,--nthreads", 1, "Threads a process (1)");
  add_gpus(app, bench);
  add_fixed(app, "-p,--parallel_init", 0, "Initialise in threads (0)");
  add_count(
      app, "-z,--blocking", 0, 1, [](int) {},
      "Wait after each operation: 0 and 1 are the same here, as host operations always do");
  constexpr int symmetric_window = 2;
  add_count(
      app, "-R,--local_register", 0, symmetric_window,
      [&bench](int n) {
        bench.registered = n > 0;
        bench.window = n == symmetric_window;
      },
      "Buffers that peers load and store directly, or that NCCL knows before; 2: in NCCL's "
      "symmetric windows (0)");
  app.add_option("--algorithm", bench.algorithm,
                 "Algorithm, ours or with --implementation mpi the library's (bench --list names "
                 "them), all, or auto: for each size the one of ours that a short measurement at "
                 "the start finds to be the quickest, and MPI's own choice (auto)")
      ->type_name("NAME");
  app.add_flag("--model", bench.model,
               "Also show what auto goes by: each algorithm's prices, and the times they predict "
               "beside measured ones");
  app.add_flag(
      "--trace", bench.trace,
      "Also run it instrumented, some times for each size, and show for each hop who was "
      "blocked and who starved, and which edge or rank holds the others up; for algorithms "
      "that send messages, named with --algorithm");
  app.add_option("--implementation", bench.implementation,
                 "assay, mpi (host), nccl (GPUs), cublaslt (matmul on GPUs), all (assay)")
      ->check(CLI::IsMember({"assay", "mpi", "nccl", "cublaslt", "all"}))
      ->type_name("NAME");
  add_matmul(app, bench);
  app.add_option("--json-lines", bench.json_lines, "Also write the records to this file")
      ->type_name("FILE");
  app.add_option("-J,--json,--output_file", bench.json,
                 "Also write the table and its samples to this file, in the JSON of nccl-tests; "
                 "replaced if it exists, written when all is measured")
      ->type_name("FILE");
  add_common(app, bench.common);
  app.footer(
      "Environment, for collectives, as in nccl-tests: NCCL_TESTS_SPLIT=\"MOD 2\" (AND, OR, MOD, "
      "DIV "
      "or & | % /, and a number: 2, 0x2, 0b10) makes groups of the ranks with one result of that "
      "operation, which run at the same time; NCCL_TESTS_SPLIT_MASK=0x1 is AND 0x1 and goes "
      "before.");
}

std::optional<collectives::Operation> find_operation(std::string_view benchmark) {
  for (const auto& operation : collectives::operations)
    if (operation.name == benchmark && !collectives::algorithms(operation.operation).empty())
      return operation.operation;
  return std::nullopt;
}

std::vector<std::string> benchmark_names() {
  std::vector<std::string> names;
  for (const auto& operation : collectives::operations)
    if (find_operation(operation.name)) names.emplace_back(operation.name);
  names.insert(names.end(), {"pair", "matmul", "memory", "peer_copy", "digest", "inventory"});
  return names;
}

}  // namespace assay::cli
