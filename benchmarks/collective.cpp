#include "benchmarks/collective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "benchmarks/measurement.hpp"
#include "benchmarks/timed_collective.hpp"
#include "benchmarks/transport_choice.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/baseline/mpi.hpp"
#include "collectives/direct/cma.hpp"
#include "collectives/direct/registered.hpp"
#include "collectives/metrics.hpp"
#include "core/error.hpp"

namespace assay::benchmarks {

using collectives::BlockWeights;
using collectives::OperationInfo;
using collectives::Side;
using results::Record;

namespace {

/// Of a link's slots for every peer a rank has memory; ways that would have more peers than this
/// are not among those to choose from.
constexpr std::size_t most_peers_to_choose = 64;

/// Of the rank that has most. Collective.
std::size_t most_peers(const collectives::RankPlan& plan, collectives::Bootstrap& bootstrap) {
  std::set<int> peers;
  for (const collectives::Lane& lane : plan)
    for (const collectives::Step& step : lane.steps) {
      if (sends(step.action)) peers.insert(step.send_to);
      if (receives(step.action)) peers.insert(step.receive_from);
    }
  return std::ranges::max(collectives::gather_values(bootstrap, peers.size()));
}

}  // namespace

std::optional<std::string> why_no_pull(const Job& job, const Group& group,
                                       std::string_view transport) {
  const auto choice = choose_transport(job, transport, group.members);
  if (!choice.shares_memory())
    return fmt::format("ranks meet in shared memory, not by transport {}", choice.name());
  if (!job.faults.empty()) return "injected faults would not reach it";
  return collectives::why_no_cma(group.bootstrap);
}

collectives::PlanOptions plan_options(const Job& job, const Group& group,
                                      const CollectiveTask& task) {
  collectives::PlanOptions options{
      .order = {}, .root = task.root, .weights = block_weights(task.operation, group.size())};
  for (const int member : group.members)
    options.node_of.push_back(job.host_of[static_cast<std::size_t>(member)]);
  // Links begin with the rail of their sender's number on its host: where there are more rails than
  // ranks on a host, it takes more lanes to use all of them.
  const auto rails = std::max<std::size_t>(job.transport_options.rails.size(), 1);
  const std::size_t ranks_on_a_host = group.members.size() / job.hosts(group.members);
  options.lanes = static_cast<int>((rails + ranks_on_a_host - 1) / ranks_on_a_host);
  return options;
}

CollectiveBenchmark::CollectiveBenchmark(const Job& job, const CollectiveVariant& variant,
                                         const CollectiveTask& task, Bytes largest)
    : CollectiveBenchmark{job, Group{job.world, job.everyone(), std::nullopt}, variant, task,
                          largest} {}

CollectiveBenchmark::CollectiveBenchmark(const Job& job, Group group,
                                         const CollectiveVariant& variant,
                                         const CollectiveTask& task, Bytes largest)
    : job_{job},
      group_{std::move(group)},
      variant_{variant},
      task_{task},
      weights_{block_weights(task.operation, group_.size())} {
  const std::size_t count = element_count(task, largest, ranks());
  if (variant.implementation == "assay")
    transport_ = make_transport(job_, choose_transport(job_, variant_.transport, group_.members),
                                group_.members, group_.bootstrap);
  if (variant.registered) {
    memory_ = transport_->allocate_registered(
        TimedCollective::registered_bytes(task_, weights_, count, ranks()));
    if (!memory_)
      throw UnavailableError{
          "registered buffers (-R 1) need transport shared_memory, and no --inject"};
  }
  add_ways();
  choose_by({{largest, 0}}, {{largest, 0}});
  timed_ = std::make_unique<TimedCollective>(task, weights_, count, group_, memory_.get());
}

void CollectiveBenchmark::add_ways() {
  if (variant_.implementation == "mpi") {
    auto collective =
        collectives::make_mpi_collective(group_.bootstrap, task_.operation, task_.elements,
                                         task_.root, weights_, variant_.algorithm);
    add({variant_.algorithm, "", weights_.are_symmetric(), std::nullopt}, std::move(collective));
    return;
  }
  const bool any = variant_.algorithm == auto_algorithm;
  if (variant_.registered && (any || variant_.algorithm == load_store_algorithm))
    add_registered(load_store_algorithm, collectives::Stores::cached);
  if (variant_.registered && (any || variant_.algorithm == load_stream_algorithm))
    add_registered(load_stream_algorithm, collectives::Stores::streaming);
  for (const auto& algorithm : collectives::algorithms(task_.operation)) {
    const auto is_worth_a_try = [&] {
      if (algorithm.why_not != nullptr && algorithm.why_not(ranks(), plan_options())) return false;
      const auto plan = algorithm.rank_plan(group_.rank(), ranks(), plan_options());
      return most_peers(plan, group_.bootstrap) <= most_peers_to_choose;
    };
    if (variant_.algorithm == algorithm.name || (any && is_worth_a_try())) add_staged(algorithm);
  }
  const bool may_pull = any && !variant_.registered &&
                        collectives::has_cma_collective(task_.operation) &&
                        !why_no_pull(job_, group_, variant_.transport);
  if (may_pull || variant_.algorithm == cma_algorithm) add_pull();
}

void CollectiveBenchmark::add_staged(const collectives::Algorithm& algorithm) {
  const auto options = executor_options();
  const collectives::WorkCount work{make_plan(algorithm, ranks(), plan_options()),
                                    options.block_bytes};
  auto collective = collectives::make_collective(algorithm, plan_options(), group_.bootstrap,
                                                 *transport_, task_.elements, options);
  add({std::string{algorithm.name}, std::string{transport_->name()}, weights_.are_symmetric(),
       work},
      std::move(collective));
}

void CollectiveBenchmark::add_pull() {
  const auto plan = collectives::make_pulls(task_.operation, ranks(), task_.root, weights_);
  auto collective =
      collectives::make_cma_collective(task_.operation, task_.root, group_.bootstrap, *transport_,
                                       task_.elements, executor_options(), weights_);
  add({std::string{cma_algorithm}, "cma",
       collectives::pulls_in_place(task_.operation, ranks(), weights_),
       collectives::WorkCount{plan.value()}},
      std::move(collective));
}

void CollectiveBenchmark::add_registered(std::string_view name, collectives::Stores stores) {
  const auto plan = collectives::make_moves(task_.operation, ranks(), task_.root, weights_);
  auto collective = collectives::make_registered_collective(
      task_.operation, task_.root, group_.bootstrap, *transport_, *memory_, task_.elements,
      executor_options(), weights_, stores);
  add({std::string{name}, std::string{transport_->name()},
       collectives::works_in_place(task_.operation, ranks(), weights_),
       collectives::WorkCount{plan}},
      std::move(collective));
}

void CollectiveBenchmark::add(WayTraits traits,
                              std::unique_ptr<collectives::Collective> collective) {
  Way& way = ways_.emplace_back();
  way.traits = std::move(traits);
  way.collective = std::move(collective);
}

collectives::PlanOptions CollectiveBenchmark::plan_options() const {
  return benchmarks::plan_options(job_, group_, task_);
}

collectives::ExecutorOptions CollectiveBenchmark::executor_options() const {
  // The other groups' ranks need their processors at the same time.
  auto options = benchmarks::executor_options(job_, job_.everyone());
  options.world_ranks = group_.members;
  return options;
}

bool CollectiveBenchmark::works_in_place() const {
  return std::ranges::any_of(ways_, [](const Way& way) { return way.traits.in_place; });
}

CollectiveBenchmark::~CollectiveBenchmark() = default;

void CollectiveBenchmark::choose_by(std::vector<collectives::Choice> out_of_place,
                                    std::vector<collectives::Choice> in_place) {
  choices_ = {std::move(out_of_place), std::move(in_place)};
}

Record CollectiveBenchmark::measure(Bytes size, bool in_place, const SamplerOptions& options) {
  const auto& choices = choices_[in_place ? 1 : 0];
  Record record = measure_way(collectives::chosen(choices, size), size, in_place, options);
  if (variant_.algorithm == auto_algorithm) record.selection = auto_algorithm;
  return record;
}

Bytes CollectiveBenchmark::measured_size(Bytes size) const {
  const std::size_t count = element_count(task_, size, ranks());
  return {whole_elements(task_, weights_, count, ranks()) * info(task_.elements.type).bytes};
}

Record CollectiveBenchmark::measure_way(std::size_t way_number, Bytes size, bool in_place,
                                        const SamplerOptions& options) {
  const Way& way = ways_[way_number];
  const OperationInfo& operation = info(task_.operation);
  const Bytes measured = measured_size(size);
  job_.announce(fmt::format("{} {} {} {} bytes", operation.name, variant_.implementation,
                            way.traits.algorithm, measured.value));
  timed_->choose(*way.collective, element_count(task_, size, ranks()), in_place);
  Sampler sampler{group_.bootstrap, job_.alignment, job_.heartbeat};
  Record record;
  record.benchmark = operation.name;
  record.implementation = variant_.implementation;
  record.algorithm = way.traits.algorithm;
  if (!way.traits.transport.empty()) record.transport = way.traits.transport;
  record.dtype = info(task_.elements.type).name;
  if (operation.reduces) record.op = info(task_.elements.op).name;
  if (operation.has_root) record.root = task_.root;
  record.size_bytes = measured.value;
  record.ranks = ranks();
  if (group_.number) {
    record.group = group_.number;
    record.members = group_.members;
  }
  record.in_place = in_place;
  record.registered = variant_.registered;
  samples_ = sampler.sample(*timed_, options);
  describe(record, samples_, group_.members);
  add_bandwidth(record, collectives::bus_factor(task_.operation, ranks()));
  return record;
}

BlockWeights block_weights(collectives::Operation operation, int ranks) {
  return info(operation).has_weights ? collectives::distance_weights(ranks) : BlockWeights{};
}

std::size_t element_count(const CollectiveTask& task, Bytes size, int ranks) {
  const std::size_t elements = size.value / info(task.elements.type).bytes;
  return info(task.operation).has_blocks ? elements / static_cast<std::size_t>(ranks) : elements;
}

std::size_t whole_elements(const CollectiveTask& task, const BlockWeights& weights,
                           std::size_t count, int ranks) {
  constexpr int any_rank = 0;  // all have as much
  return weights.begin(Side::input, any_rank, info(task.operation).has_blocks ? ranks : 1, count);
}

Bytes collective_memory(Bytes largest) { return largest * 4; }

}  // namespace assay::benchmarks
