#include "benchmarks/collective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "benchmarks/buffer.hpp"
#include "benchmarks/measurement.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/baseline/mpi.hpp"
#include "collectives/direct/cma.hpp"
#include "collectives/direct/registered.hpp"
#include "collectives/metrics.hpp"
#include "core/error.hpp"

namespace assay::benchmarks {

using collectives::BlockWeights;
using collectives::OperationInfo;
using collectives::Part;
using collectives::Side;
using results::Record;

namespace {

PatternShape shape_of(const CollectiveTask& task, const Group& group) {
  return {.operation = task.operation,
          .type = task.elements.type,
          .op = task.elements.op,
          .rank = group.rank(),
          .ranks = group.size(),
          .root = task.root,
          .weights = block_weights(task.operation, group.size())};
}

/// Every group has data of its own, so that another group's are wrong in it.
std::uint64_t seed_of(const Group& group) {
  return 1 + static_cast<std::uint64_t>(group.members.front());
}

/// Where a rank's input and output are for one size: two buffers, or one in the other.
struct Places {
  std::byte* input = nullptr;
  std::byte* output = nullptr;
};

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
  const std::size_t mine = peers.size();
  std::size_t most = mine;
  for (const auto& told : bootstrap.all_gather(std::as_bytes(std::span{&mine, 1}))) {
    std::size_t theirs = 0;
    std::memcpy(&theirs, told.data(), sizeof theirs);
    most = std::max(most, theirs);
  }
  return most;
}

/// The longest buffer, up to the next page.
std::size_t whole_bytes(const CollectiveTask& task, std::size_t count, int ranks) {
  constexpr std::size_t page = 4096;
  const std::size_t bytes = whole_elements(task, count, ranks) * info(task.elements.type).bytes;
  return (bytes / page + 1) * page;
}

}  // namespace

class CollectiveBenchmark::Timed final : public TimedOperation {
 public:
  /// Buffers of its own, or in `memory` if that is not null.
  Timed(const CollectiveTask& task, std::size_t largest_count, const Group& group,
        const collectives::RegisteredMemory* memory)
      : operation_{info(task.operation)},
        is_root_{group.rank() == task.root},
        rank_{group.rank()},
        ranks_{group.size()},
        element_bytes_{info(task.elements.type).bytes},
        weights_{block_weights(task.operation, group.size())},
        pattern_{shape_of(task, group), largest_count, seed_of(group)} {
    if (memory != nullptr) {
      // At the same places on all ranks, whatever part of them a rank has.
      const std::size_t whole = whole_bytes(task, largest_count, ranks_);
      buffers_ = {memory->mine(), memory->mine() + whole};
      return;
    }
    input_.emplace(bytes_of(Side::input, largest_count));
    output_.emplace(bytes_of(Side::output, largest_count));
    buffers_ = {input_->as<std::byte>(), output_->as<std::byte>()};
  }

  void choose(collectives::Collective& collective, std::size_t count, bool in_place) {
    collective_ = &collective;
    count_ = count;
    places_ = in_place ? one_in_the_other() : buffers_;
    collective.require_usable(places_.input, places_.output, count);
  }
  void prepare(std::uint64_t sample) override { pattern_.fill(places_.input, count_, sample); }
  collectives::ExecutionStatus run(Deadline deadline) noexcept override {
    return collective_->run(places_.input, places_.output, count_, deadline);
  }
  std::optional<Mismatch> check(std::uint64_t sample) override {
    return pattern_.check(places_.output, count_, sample);
  }

 private:
  [[nodiscard]] std::size_t bytes_of(Side side, std::size_t count) const {
    const Part part = side == Side::input ? operation_.input : operation_.output;
    const int held = blocks_held(operation_, part, is_root_, ranks_);
    return weights_.begin(side, rank_, held, count) * element_bytes_;
  }
  /// In place: the shorter buffer is where its block lies in the longer one. In registered memory
  /// that is the same place on all ranks, whether or not they have both.
  [[nodiscard]] Places one_in_the_other() const {
    const bool has_both = blocks_held(operation_, operation_.input, is_root_, ranks_) > 0 &&
                          blocks_held(operation_, operation_.output, is_root_, ranks_) > 0;
    if (!has_both && input_) return buffers_;
    const bool input_is_shorter = operation_.input == Part::own && operation_.output != Part::own;
    const bool output_is_shorter = operation_.output == Part::own && operation_.input != Part::own;
    std::byte* longer = output_is_shorter ? buffers_.input : buffers_.output;
    std::byte* own_block = longer + static_cast<std::size_t>(rank_) * count_ * element_bytes_;
    return {input_is_shorter ? own_block : longer, output_is_shorter ? own_block : longer};
  }

  collectives::Collective* collective_ = nullptr;
  const OperationInfo& operation_;
  bool is_root_;
  int rank_;
  int ranks_;
  std::size_t element_bytes_;
  BlockWeights weights_;
  Pattern pattern_;
  std::optional<Buffer> input_;
  std::optional<Buffer> output_;
  Places buffers_;
  std::size_t count_ = 0;
  Places places_;
};

std::optional<std::string> why_no_pull(const Job& job, const Group& group,
                                       std::string_view transport) {
  const auto& backend = choose_transport(job, transport, group.members);
  if (!backend.within_host_only)
    return fmt::format("ranks meet in shared memory, not by transport {}", backend.name);
  if (!job.faults.empty()) return "injected faults would not reach it";
  return collectives::why_no_cma(group.bootstrap);
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
    transport_ = make_transport(job_, variant_.transport, group_.members, group_.bootstrap);
  if (variant.registered) {
    memory_ = transport_->allocate_registered(2 * whole_bytes(task_, count, ranks()));
    if (!memory_)
      throw UnavailableError{
          "registered buffers (-R 1) need transport shared_memory, and no --inject"};
  }
  add_ways();
  choose_by({{largest, 0}}, {{largest, 0}});
  timed_ = std::make_unique<Timed>(task, count, group_, memory_.get());
}

void CollectiveBenchmark::add_ways() {
  if (variant_.implementation == "mpi") {
    ways_.push_back(
        {variant_.algorithm, std::nullopt, weights_.are_symmetric(),
         collectives::make_mpi_collective(group_.bootstrap, task_.operation, task_.elements,
                                          task_.root, weights_, variant_.algorithm),
         std::nullopt});
    return;
  }
  const bool any = variant_.algorithm == auto_algorithm;
  if (variant_.registered && (any || variant_.algorithm == load_store_algorithm))
    add_registered(load_store_algorithm, collectives::Stores::cached);
  if (variant_.registered && (any || variant_.algorithm == load_stream_algorithm))
    add_registered(load_stream_algorithm, collectives::Stores::streaming);
  for (const auto& algorithm : collectives::algorithms(task_.operation)) {
    const auto plan = algorithm.rank_plan(group_.rank(), ranks(),
                                          {.order = {}, .root = task_.root, .weights = weights_});
    const bool to_choose = any && most_peers(plan, group_.bootstrap) <= most_peers_to_choose;
    if (to_choose || variant_.algorithm == algorithm.name) add_staged(algorithm);
  }
  const bool may_pull = any && !variant_.registered &&
                        collectives::has_cma_collective(task_.operation) &&
                        !why_no_pull(job_, group_, variant_.transport);
  if (may_pull || variant_.algorithm == cma_algorithm) add_pull();
}

void CollectiveBenchmark::add_staged(const collectives::Algorithm& algorithm) {
  const collectives::PlanOptions plan{.order = {}, .root = task_.root, .weights = weights_};
  const auto options = executor_options();
  ways_.push_back(
      {std::string{algorithm.name}, std::string{transport_->name()}, weights_.are_symmetric(),
       collectives::make_collective(algorithm, plan, group_.bootstrap, *transport_, task_.elements,
                                    options),
       collectives::WorkCount{make_plan(algorithm, ranks(), plan), options.block_bytes}});
}

void CollectiveBenchmark::add_pull() {
  ways_.push_back(
      {std::string{cma_algorithm}, "cma",
       collectives::pulls_in_place(task_.operation, ranks(), weights_),
       collectives::make_cma_collective(task_.operation, task_.root, group_.bootstrap, *transport_,
                                        task_.elements, executor_options(), weights_),
       collectives::WorkCount{
           collectives::make_pulls(task_.operation, ranks(), task_.root, weights_).value()}});
}

void CollectiveBenchmark::add_registered(std::string_view name, collectives::Stores stores) {
  ways_.push_back({std::string{name}, std::string{transport_->name()},
                   collectives::works_in_place(task_.operation, ranks(), weights_),
                   collectives::make_registered_collective(
                       task_.operation, task_.root, group_.bootstrap, *transport_, *memory_,
                       task_.elements, executor_options(), weights_, stores),
                   collectives::WorkCount{
                       collectives::make_moves(task_.operation, ranks(), task_.root, weights_)}});
}

collectives::ExecutorOptions CollectiveBenchmark::executor_options() const {
  // The other groups' ranks need their processors at the same time.
  auto options = benchmarks::executor_options(job_, job_.everyone());
  options.world_ranks = group_.members;
  return options;
}

bool CollectiveBenchmark::works_in_place() const {
  return std::ranges::any_of(ways_, &Way::in_place);
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
  return {whole_elements(task_, count, ranks()) * info(task_.elements.type).bytes};
}

Record CollectiveBenchmark::measure_way(std::size_t way_number, Bytes size, bool in_place,
                                        const SamplerOptions& options) {
  const Way& way = ways_[way_number];
  const OperationInfo& operation = info(task_.operation);
  const Bytes measured = measured_size(size);
  job_.announce(fmt::format("{} {} {} {} bytes", operation.name, variant_.implementation,
                            way.algorithm, measured.value));
  timed_->choose(*way.collective, element_count(task_, size, ranks()), in_place);
  Sampler sampler{group_.bootstrap, job_.alignment, job_.heartbeat};
  Record record;
  record.benchmark = operation.name;
  record.implementation = variant_.implementation;
  record.algorithm = way.algorithm;
  record.transport = way.transport;
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

std::size_t whole_elements(const CollectiveTask& task, std::size_t count, int ranks) {
  if (!info(task.operation).has_blocks) return count;
  constexpr int any_rank = 0;  // all have as much
  return block_weights(task.operation, ranks).begin(Side::input, any_rank, ranks, count);
}

Bytes collective_memory(Bytes largest) { return largest * 4; }

}  // namespace assay::benchmarks
