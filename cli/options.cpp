#include "cli/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <limits>

#include "benchmarks/acceptance_level.hpp"
#include "benchmarks/collective.hpp"
#include "cli/version.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/direct/cma.hpp"
#include "collectives/transports.hpp"
#include "core/named.hpp"
#include "core/parse.hpp"

namespace assay::cli {

namespace {

constexpr int any_count = std::numeric_limits<int>::max();
constexpr std::string_view hidden = "";  // CLI11: options of this group are not in the help

void add_span(CLI::App& app, const std::string& names, std::optional<Seconds>& target,
              const std::string& text) {
  app.add_option_function<std::string>(
         names, [&target](const std::string& value) { target = parse_span(value); }, text)
      ->type_name("TIME");
}

void add_size(CLI::App& app, const std::string& names, Bytes& target, const std::string& text) {
  app.add_option_function<std::string>(
         names, [&target](const std::string& value) { target = parse_size(value); }, text)
      ->type_name("SIZE");
}

void add_count(CLI::App& app, const std::string& names, int low, int high,
               const std::function<void(int)>& set, const std::string& text) {
  app.add_option_function<std::string>(
         names, [=](const std::string& value) { set(parse_integer(value, low, high, names)); },
         text)
      ->type_name("N");
}

/// An option of nccl-tests that has only one value here.
void add_fixed(CLI::App& app, const std::string& names, int only, const std::string& text) {
  app.add_option_function<std::string>(
         names,
         [=](const std::string& value) {
           if (parse_integer(value, 0, any_count, names) != only)
             throw UnavailableError{
                 fmt::format("{} {} is not in this build; it takes {} only", names, value, only)};
         },
         text)
      ->type_name("N");
}

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("--output", common.output, "Run folder to write; must not exist")
      ->type_name("DIR");
  app.add_flag("--redact", common.redact,
               "Replace host names and addresses by pseudonyms in everything written");
  app.add_flag("--quiet", common.quiet, "No progress on standard error");
  app.add_option_function<std::string>(
         "--transport",
         [&common](const std::string& value) {
           if (value != "auto") static_cast<void>(collectives::find_transport(value));
           common.transport = value;
         },
         "How our own algorithms move bytes: auto, " + names_in(collectives::transports()))
      ->type_name("NAME");
  add_span(app, "-T,--timeout", common.deadline,
           "Longest time one operation may take (with -m: all of a sample) before the job is ended "
           "(default 300 s; accept 30 s)");
  app.add_option_function<std::vector<std::string>>(
         "--inject",
         [&common](const std::vector<std::string>& values) {
           for (const auto& value : values) common.faults.push_back(benchmarks::parse_fault(value));
         },
         "Put a fault in on purpose, to test Assay: KIND:rank=R[,by=50%|100us][,every=N] with "
         "slow-send, delay-send, drop, corrupt, slow-matmul, corrupt-matmul; may be repeated")
      ->type_name("FAULT")
      ->group(std::string{hidden});
}

void add_accept(CLI::App& app, AcceptOptions& accept) {
  std::string levels = "How much to measure:";
  for (const auto& level : benchmarks::acceptance_levels())
    levels += fmt::format(" {} ({}).", level.name, level.description);
  app.add_option_function<std::string>(
         "--level",
         [&accept](const std::string& value) { accept.level = benchmarks::find_level(value).name; },
         levels)
      ->type_name("NAME");
  app.add_option("--profile", accept.profile,
                 "Expected figures: a file, a name in the profiles folder, or auto (the profile "
                 "that fits this processor, else peers alone)")
      ->type_name("NAME|FILE");
  add_common(app, accept.common);
}

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
      "Samples a size (default: until the median's 95 % interval is within 2.5 %)");
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
           for (const auto& entry : collectives::data_types)
             if (value == "all") bench.types.push_back(entry.type);
           if (value != "all") bench.types = {collectives::parse_data_type(value)};
         },
         "Type: " + names_in(collectives::data_types) + ", or nccl-tests' names, all (float)")
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
  add_fixed(app, "-g,--ngpus", 1, "Devices a thread (1)");
  add_fixed(app, "-p,--parallel_init", 0, "Initialise in threads (0)");
  add_count(
      app, "-z,--blocking", 0, 1, [](int) {},
      "Wait after each operation: 0 and 1 are the same here, as host operations always do");
  add_fixed(app, "-G,--cudagraph", 0, "Capture in a CUDA graph (0)");
  add_count(
      app, "-R,--local_register", 0, 1, [&bench](int n) { bench.registered = n > 0; },
      "Buffers that peers load and store directly (0)");
  app.add_option("--algorithm", bench.algorithm,
                 "Our algorithm (bench --list names them), or all (the first of the operation)")
      ->type_name("NAME");
  app.add_option("--implementation", bench.implementation, "assay, mpi, all (assay)")
      ->check(CLI::IsMember({"assay", "mpi", "all"}))
      ->type_name("NAME");
  app.add_option("--json-lines", bench.json_lines, "Also write the records to this file")
      ->type_name("FILE");
  app.add_option("-J,--json,--output_file", bench.json,
                 "Also write the table and its samples to this file, in the JSON of nccl-tests; "
                 "replaced if it exists, written when all is measured")
      ->type_name("FILE");
  add_common(app, bench.common);
}

void add_plan(CLI::App& app, PlanOptions& plan) {
  app.add_option("ALGORITHM", plan.algorithm, "An algorithm of the operation: ring, tree, ...")
      ->required();
  app.add_option_function<std::string>(
         "--operation",
         [&plan](const std::string& value) {
           const auto operation = find_operation(value);
           if (!operation)
             throw UsageError{fmt::format("'{}' is no operation; bench --list names them", value)};
           plan.operation = *operation;
         },
         "What it does (all_reduce)")
      ->type_name("NAME");
  app.add_option_function<std::string>(
         "--ranks",
         [&plan](const std::string& value) {
           constexpr int ranks_at_most = 1 << 16;
           plan.ranks = parse_integer(value, 1, ranks_at_most, "--ranks");
         },
         "Number of ranks")
      ->required()
      ->type_name("N");
  add_count(
      app, "--root", 0, any_count, [&plan](int n) { plan.root = n; },
      "Root rank, where the operation has one (0)");
  constexpr int lanes_at_most = 64;
  add_count(
      app, "--lanes", 1, lanes_at_most, [&plan](int n) { plan.lanes = n; },
      "Independent parts of the buffer");
  add_count(
      app, "--slots", 1, any_count, [&plan](int n) { plan.slots = n; },
      "Messages in flight per lane and direction (4)");
  add_size(app, "--size", plan.size, "Message to price (1M)");
  add_size(app, "--block", plan.block, "Longest message between two ranks (64K)");
  app.add_option_function<std::string>(
         "--latency", [&plan](const std::string& value) { plan.latency = parse_span(value); },
         "Of one message between two ranks (1us)")
      ->type_name("TIME");
  app.add_option("--bandwidth", plan.bandwidth_gigabytes, "Of a rank, one way, in GB/s (10)")
      ->check(CLI::PositiveNumber);
  app.add_option("--reduction", plan.reduction_gigabytes, "Of summing, in GB/s (20)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--json", plan.json, "The whole plan as JSON");
}

/// Each kernel run of these is a sample of its own.
void check_aggregation(const BenchOptions& bench) {
  if (bench.aggregated > 1 && (bench.name == "matmul" || bench.name == "memory"))
    throw UsageError{fmt::format("-m is for collectives and pair, not for {}", bench.name)};
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
  if (bench.algorithm.empty() || bench.algorithm == "all") return;
  const auto operation = find_operation(bench.name);
  if (!operation)
    throw UsageError{fmt::format("{} has no algorithms; leave --algorithm out", bench.name)};
  const bool is_cma = bench.algorithm == benchmarks::cma_algorithm;
  if (is_cma && collectives::has_cma_collective(*operation)) return;
  static_cast<void>(collectives::find_algorithm(*operation, bench.algorithm));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

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
  names.insert(names.end(), {"pair", "matmul", "memory"});
  return names;
}

std::variant<Command, Answer> parse_command(const std::string& program,
                                            std::vector<std::string> arguments) {
  constexpr std::string_view perf_suffix = "_perf";
  if (program.size() > perf_suffix.size() && program.ends_with(perf_suffix)) {
    std::string name = program.substr(0, program.size() - perf_suffix.size());
    for (const auto& operation : collectives::operations)
      if (name == operation.perf_name) name = operation.name;
    arguments.insert(arguments.begin(), {"bench", name});
  }
  const bool all_help =
      std::find(arguments.begin(), arguments.end(), "--help-all") != arguments.end();

  CLI::App app{
      "Assay tells whether a set of nodes is fit for collective work, and if not, which "
      "part is at fault.\nStart it with mpirun or srun, one rank a core or device.",
      "assay"};
  app.require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "This text");
  app.fallthrough(false);
  bool version = false;
  app.add_flag("--version", version, "Version, backends and libraries");
  bool help_all = false;
  const auto add_help_all = [&](CLI::App& to) {
    to.add_flag("--help-all", help_all, "Help with the options for testing Assay itself");
  };
  add_help_all(app);

  AcceptOptions accept;
  BenchOptions bench;
  JudgeOptions judge;
  PlanOptions plan;
  auto* accept_verb = app.add_subcommand("accept", "Run the acceptance suite and give a verdict");
  auto* bench_verb = app.add_subcommand("bench", "Run one benchmark, with nccl-tests' options");
  auto* judge_verb = app.add_subcommand("judge", "Judge a stored run again");
  auto* plan_verb = app.add_subcommand("plan", "Print a schedule, its cost and its proof");
  add_accept(*accept_verb, accept);
  add_bench(*bench_verb, bench);
  bool list = false;
  bench_verb->add_flag("--list", list, "What this build can run");
  judge_verb->add_option("RUN", judge.run, "Run folder")->required();
  judge_verb->add_option("--profile", judge.profile, "As in accept")->type_name("NAME|FILE");
  add_plan(*plan_verb, plan);
  for (CLI::App* verb : {accept_verb, bench_verb, judge_verb, plan_verb}) add_help_all(*verb);

  // Before the parser asks for what a bare --list or --help-all lacks.
  const auto has = [&](std::string_view word) {
    return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
  };
  if (has("--list") && !arguments.empty() && arguments[0] == "bench") return Command{ListOptions{}};
  if (all_help) {
    for (CLI::App* verb : {accept_verb, bench_verb})
      for (CLI::Option* option : verb->get_options())
        if (option->get_group().empty()) option->group("Testing Assay itself");
    for (CLI::App* verb : {accept_verb, bench_verb, judge_verb, plan_verb})
      if (has(verb->get_name())) return Answer{ExitCode::success, verb->help()};
    return Answer{ExitCode::success,
                  app.help() + accept_verb->help("assay accept") + bench_verb->help("assay bench")};
  }

  try {
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    app.parse(arguments);
    if (bench_verb->parsed()) {
      check_algorithm(bench);
      check_aggregation(bench);
      check_json(bench);
    }
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    return Answer{ExitCode::success, chosen.empty() ? app.help() : chosen[0]->help()};
  } catch (const CLI::ParseError& problem) {
    return Answer{ExitCode::usage, fmt::format("{}; see assay --help", first_line(problem.what()))};
  } catch (const UsageError& problem) {
    return Answer{ExitCode::usage, problem.what()};
  } catch (const UnavailableError& problem) {
    return Answer{ExitCode::unavailable, problem.what()};
  }
  if (version) return Answer{ExitCode::success, version_text()};
  if (accept_verb->parsed()) return Command{accept};
  if (bench_verb->parsed()) return Command{bench};
  if (judge_verb->parsed()) return Command{judge};
  if (plan_verb->parsed()) return Command{plan};
  return Answer{ExitCode::usage, "no verb; known: accept, bench, judge, plan; see assay --help"};
}

}  // namespace assay::cli
