#include "cli/bench_collective.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "benchmarks/collective.hpp"
#include "benchmarks/transport_choice.hpp"
#include "cli/bench_hops.hpp"
#include "cli/bench_tasks.hpp"
#include "cli/group_rows.hpp"
#include "cli/group_tunings.hpp"
#include "cli/mpi_variants.hpp"
#include "cli/required_memory.hpp"
#include "cli/split.hpp"
#include "cli/table.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/direct/cma.hpp"
#include "collectives/together.hpp"
#include "results/redact.hpp"

namespace assay::cli {

using benchmarks::CollectiveTask;
using benchmarks::CollectiveVariant;
using benchmarks::Group;
using benchmarks::Job;
using benchmarks::SamplerOptions;
using collectives::DataType;
using collectives::Operation;
using collectives::ReduceOp;

namespace {

Operation operation_of(const BenchOptions& options) { return find_operation(options.name).value(); }

/// Every algorithm of ours for the options' buffers, those that follow no plan last.
std::vector<std::string> our_algorithms(const BenchOptions& options) {
  const Operation operation = operation_of(options);
  std::vector<std::string> names;
  for (const auto& algorithm : collectives::algorithms(operation))
    names.emplace_back(algorithm.name);
  if (options.registered)
    names.insert(names.end(), {std::string{benchmarks::load_store_algorithm},
                               std::string{benchmarks::load_stream_algorithm}});
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
  const bool mpi_chooses = options.algorithm == benchmarks::auto_algorithm ||
                           options.algorithm == collectives::mpi_default ||
                           options.algorithm == "all";
  if (every_implementation || (options.implementation == "mpi" && mpi_chooses))
    variants.push_back({"mpi", std::string{collectives::mpi_default}, "auto", false});
  return variants;
}

/// Why this rank's group has no use for one of our algorithms, or cannot have it.
std::optional<std::string> why_not(const std::string& name, const BenchOptions& options,
                                   const Job& job, const Group& group) {
  if (name == benchmarks::cma_algorithm)
    return benchmarks::why_no_pull(job, group, options.common.transport);
  const CollectiveTask task{operation_of(options), {}, 0};
  for (const auto& algorithm : collectives::algorithms(task.operation))
    if (algorithm.name == name && algorithm.why_not != nullptr)
      return algorithm.why_not(group.size(), benchmarks::plan_options(job, group, task));
  return std::nullopt;
}

/// Leaves out what some group has no use for or cannot have, and says why. What was asked for by
/// name is left out only where it cannot be had.
/// Collective. Throws  UnavailableError in that case.
std::vector<CollectiveVariant> without_useless(const std::vector<CollectiveVariant>& variants,
                                               const BenchOptions& options, const Job& job,
                                               const Group& group) {
  std::vector<CollectiveVariant> left;
  for (const CollectiveVariant& variant : variants) {
    const bool is_ours = variant.implementation == "assay";
    const auto why =
        is_ours ? collectives::first_text(
                      job.world, why_not(variant.algorithm, options, job, group).value_or(""))
                : std::nullopt;
    const bool is_asked_for = options.algorithm == variant.algorithm;
    if (why && is_asked_for && variant.algorithm == benchmarks::cma_algorithm)
      throw UnavailableError{"algorithm pull is not to be had: " + *why};
    if (!why || is_asked_for)
      left.push_back(variant);
    else
      say(job, "# left out: algorithm {}: {}\n", variant.algorithm, *why);
  }
  return left;
}

/// This rank's group, whose ranks `part` joins.
Group group_of(const Job& job, const std::vector<RankGroup>& groups,
               collectives::MpiBootstrap& part) {
  if (groups.size() == 1) return {part, groups[0].members, std::nullopt};
  for (const RankGroup& group : groups)
    if (std::find(group.members.begin(), group.members.end(), job.rank()) != group.members.end())
      return {part, group.members, group.number};
  throw Error{"assay", 0, fmt::format("rank {} is in no group", job.rank())};
}

/// A root is a rank of every group.
void check_root(const BenchOptions& options, const std::vector<RankGroup>& groups) {
  const int fewest = fewest_ranks(groups);
  const bool unequal = std::any_of(groups.begin(), groups.end(), [&](const RankGroup& group) {
    return std::cmp_not_equal(group.members.size(), fewest);
  });
  if (!options.root && unequal)
    throw UsageError{fmt::format("-r all takes groups of one size, and {} makes them unequal",
                                 options.split->setting)};
  if (options.root.value_or(0) >= fewest)
    throw UsageError{fmt::format("the root is rank {}; ranks{} are 0 to {}", *options.root,
                                 groups.size() > 1 ? " of the smallest group" : "", fewest - 1)};
}

/// Before any rank sets up what its peers would wait for.
void check_transport(const BenchOptions& options, const Job& job, const RankGroup& group) {
  const auto transport = benchmarks::choose_transport(job, options.common.transport, group.members);
  const bool is_registered = options.registered && options.implementation != "mpi";
  if (is_registered && (!transport.shares_memory() || !job.faults.empty()))
    throw UnavailableError{
        "registered buffers (-R 1) need transport shared_memory, and no --inject"};
}

void print_setting(const Job& job, const BenchOptions& options,
                   const std::vector<RankGroup>& groups) {
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
  const auto numbers = group_numbers(groups);
  for (const auto& rank : job.identities)
    say(job, "#  Rank {:2} Group {:2} Pid {:6} on {:>10} device  0 [cpu] {}\n", rank.rank,
        numbers[static_cast<std::size_t>(rank.rank)], rank.pid,
        options.common.redact ? redactor.host(rank.host) : rank.host, rank.processor);
  say(job, "#\n");
  if (groups.size() < 2) return;
  for (const RankGroup& group : groups)
    say(job, "# group {}: ranks {}\n", group.number, fmt::join(group.members, " "));
  say(job, "#\n");
}

}  // namespace

void check_collective(const BenchOptions& options, const Job& job) {
  const auto sizes = sizes_of(options);
  const auto& operation = info(operation_of(options));
  const auto groups = groups_of(options.split, job.size());
  if (operation.has_root) check_root(options, groups);
  const int fewest = fewest_ranks(groups);
  const auto weights = benchmarks::block_weights(operation.operation, fewest);
  constexpr auto mpi_limit = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (options.implementation != "assay" && operation.has_blocks)
    for (const DataType type : options.types) {
      const CollectiveTask task{operation.operation, {type, {}}, 0};
      const std::size_t count = benchmarks::element_count(task, sizes.back(), fewest);
      // With weights, displacements are ints, too.
      const std::size_t longest =
          operation.has_weights ? benchmarks::whole_elements(task, weights, count, fewest) : count;
      const bool is_too_long = longest > mpi_limit;
      if (is_too_long)
        throw UsageError{fmt::format("MPI takes at most {} elements {}; lower -e", mpi_limit,
                                     operation.has_weights ? "in all" : "a block")};
    }
  for (const RankGroup& group : groups) check_transport(options, job, group);
  require_memory(job, benchmarks::collective_memory(sizes.back()), "these sizes", "lower -e");
}

void bench_collective(const BenchOptions& options, const Job& job, RecordSink& sink) {
  const auto sizes = sizes_of(options);
  const auto groups = groups_of(options.split, job.size());
  const auto part = job.world.subgroup(group_numbers(groups)[static_cast<std::size_t>(job.rank())]);
  const Group group = group_of(job, groups, *part);
  print_setting(job, options, groups);
  const SamplerOptions sampler = sampler_options(options);

  TableTotals totals;
  std::vector<TableTotals> group_totals(groups.size());
  auto variants = without_useless(variants_of(options), options, job, group);
  std::optional<collectives::MpiAlgorithms> forced;  // open while any of them runs
  if (forces_mpi(options)) {
    forced.emplace(operation_of(options));
    std::ranges::move(forced_variants(options, job, *forced), std::back_inserter(variants));
  }
  for (const CollectiveVariant& variant : variants) {
    std::optional<GroupTunings> tunings;
    if (variant.algorithm == benchmarks::auto_algorithm) tunings.emplace(job, groups, sampler);
    std::string model;
    say(job, "# implementation {} algorithm {}{}{}\n", variant.implementation, variant.algorithm,
        variant.implementation == "assay" ? " transport " + variant.transport : "",
        variant.registered ? " registered" : "");
    say(job, "{}", table_header());
    for (const CollectiveTask& task : tasks_of(options, fewest_ranks(groups))) {
      benchmarks::CollectiveBenchmark benchmark{job, group, variant, task, sizes.back()};
      if (tunings) say(job, "{}", tunings->apply(benchmark, sizes, sink));
      for (const Bytes size : sizes) {
        const auto rows = measure_rows(job, groups, benchmark, size, sampler, sink);
        for (std::size_t i = 0; i < rows.size(); ++i) {
          totals.add(rows[i], options.average);
          group_totals[i].add(rows[i], options.average);
          if (groups.size() > 1) say(job, "# group {}\n", groups[i].number);
          say(job, "{}", table_row(rows[i], options.average));
        }
      }
      if (options.trace) show_hops(options, job, variant, task, sizes, sink);
      if (tunings && options.model) model += tunings->measure_model(benchmark, sizes, sink);
    }
    say(job, "{}", model);
  }
  if (groups.size() > 1)
    for (std::size_t i = 0; i < groups.size(); ++i)
      say(job, "{}", table_group_footer(groups[i].number, group_totals[i]));
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
