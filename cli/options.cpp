#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <limits>

#include "benchmarks/acceptance_level.hpp"
#include "cli/file_verbs.hpp"
#include "cli/option_kinds.hpp"
#include "cli/version.hpp"
#include "core/named.hpp"
#include "core/parse.hpp"

namespace assay::cli {

namespace {

constexpr int any_count = std::numeric_limits<int>::max();

/// What verbs that end with a verdict have.
template <class Options>
void add_judged(CLI::App& app, Options& options) {
  std::string levels = "How much to measure:";
  for (const auto& level : benchmarks::acceptance_levels())
    levels += fmt::format(" {} ({}).", level.name, level.description);
  app.add_option_function<std::string>(
         "--level",
         [&options](const std::string& value) {
           options.level = benchmarks::find_level(value).name;
         },
         levels)
      ->type_name("NAME");
  app.add_option("--profile", options.profile,
                 "Expected figures: a file, a name in the profiles folder, or auto (the profile "
                 "that fits this processor, else peers alone)")
      ->type_name("NAME|FILE");
  app.add_option(
         "--topology", options.topology,
         "Which nodes share a switch: Slurm's topology.conf, or a .toml file with [[switch]] "
         "tables; without one it is guessed from latencies")
      ->type_name("FILE");
  add_common(app, options.common);
}

void add_locate(CLI::App& app, LocateOptions& locate) {
  app.add_option("--nodes", locate.nodes, "The nodes to search, as n1,n[3-5] (all of the job)")
      ->type_name("LIST");
  app.add_option("--exclude", locate.exclude, "The nodes to leave out")->type_name("LIST");
  app.add_flag("--every-pair", locate.every_pair,
               "Measure every pair of nodes, also of many (else a cover of them)");
  app.add_option_function<std::string>(
         "--size", [&locate](const std::string& value) { locate.size = parse_size(value); },
         "Of a message (what takes about 20 ms, at most 4M)")
      ->type_name("SIZE");
  app.add_flag_callback(
      "--no-hops", [&locate] { locate.hops = false; }, "Trace no ring and no tree over all ranks");
  add_judged(app, locate);
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
      app, "--ranks-per-node", 1, any_count, [&plan](int n) { plan.ranks_per_node = n; },
      "So many ranks in a row are on one node, for algorithms that know nodes (all ranks)");
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

void check_soak(const AcceptOptions& accept) {
  if (accept.duration && !benchmarks::find_level(accept.level).soaks)
    throw UsageError{
        fmt::format("--duration is for --level soak, and this is level {}", accept.level)};
  if (accept.duration && *accept.duration <= Seconds{})
    throw UsageError{"--duration must be above 0; write 90s, 10m or 24h"};
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

const CommonOptions* common_of(const Command& command) {
  if (const auto* accept = std::get_if<AcceptOptions>(&command)) return &accept->common;
  if (const auto* bench = std::get_if<BenchOptions>(&command)) return &bench->common;
  if (const auto* locate = std::get_if<LocateOptions>(&command)) return &locate->common;
  return nullptr;
}

std::variant<Command, Answer> parse_command(const std::string& program,
                                            std::vector<std::string> arguments,
                                            const std::string& split_setting) {
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
  LocateOptions locate;
  JudgeOptions judge;
  PlanOptions plan;
  auto* accept_verb = app.add_subcommand("accept", "Run the acceptance suite and give a verdict");
  auto* bench_verb = app.add_subcommand("bench", "Run one benchmark, with nccl-tests' options");
  auto* locate_verb = app.add_subcommand(
      "locate", "Measure the links between nodes, and name the part that is slow");
  auto* judge_verb = app.add_subcommand("judge", "Judge a stored run again");
  auto* plan_verb = app.add_subcommand("plan", "Print a schedule, its cost and its proof");
  add_judged(*accept_verb, accept);
  add_span(*accept_verb, "--duration", accept.duration, "Of level soak: how long it works (10m)");
  add_locate(*locate_verb, locate);
  add_bench(*bench_verb, bench);
  bool list = false;
  bench_verb->add_flag("--list", list, "What this build can run");
  judge_verb->add_option("RUN", judge.run, "Run folder")->required();
  judge_verb->add_option("--profile", judge.profile, "As in accept")->type_name("NAME|FILE");
  add_plan(*plan_verb, plan);
  std::vector<std::pair<CLI::App*, FileWork>> works;
  for (const FileVerb& verb : file_verbs()) {
    auto* added = app.add_subcommand(std::string{verb.name}, std::string{verb.description});
    works.emplace_back(added, verb.add(*added));
    add_help_all(*added);
  }
  for (CLI::App* verb : {accept_verb, bench_verb, locate_verb, judge_verb, plan_verb})
    add_help_all(*verb);

  // Before the parser asks for what a bare --list or --help-all lacks.
  const auto has = [&](std::string_view word) {
    return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
  };
  if (has("--list") && !arguments.empty() && arguments[0] == "bench") return Command{ListOptions{}};
  if (all_help) {
    for (CLI::App* verb : {accept_verb, bench_verb, locate_verb})
      for (CLI::Option* option : verb->get_options())
        if (option->get_group().empty()) option->group("Testing Assay itself");
    for (CLI::App* verb : {accept_verb, bench_verb, locate_verb, judge_verb, plan_verb})
      if (has(verb->get_name())) return Answer{ExitCode::success, verb->help()};
    for (const auto& [verb, work] : works)
      if (has(verb->get_name())) return Answer{ExitCode::success, verb->help()};
    return Answer{ExitCode::success, app.help() + accept_verb->help("assay accept") +
                                         bench_verb->help("assay bench") +
                                         locate_verb->help("assay locate")};
  }

  try {
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    app.parse(arguments);
    if (bench_verb->parsed()) {
      bench.split = parse_split(split_setting);
      check_bench(bench);
    }
    if (accept_verb->parsed()) check_soak(accept);
    if (locate_verb->parsed() && benchmarks::find_level(locate.level).soaks)
      throw UsageError{"level soak is for accept, not for locate"};
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
  if (locate_verb->parsed()) return Command{locate};
  if (judge_verb->parsed()) return Command{judge};
  if (plan_verb->parsed()) return Command{plan};
  for (auto& [verb, work] : works)
    if (verb->parsed()) return Command{std::move(work)};
  return Answer{
      ExitCode::usage,
      fmt::format("no verb; known: accept, bench, locate, judge, plan, {}; see assay --help",
                  names_in(file_verbs()))};
}

}  // namespace assay::cli
