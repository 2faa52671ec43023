#include "benchmarks/collective.hpp"

#include <fmt/format.h>

#include <numeric>
#include <optional>

#include "benchmarks/buffer.hpp"
#include "benchmarks/measurement.hpp"
#include "collectives/baseline/mpi.hpp"
#include "collectives/direct/cma.hpp"
#include "collectives/direct/registered.hpp"
#include "collectives/metrics.hpp"
#include "collectives/sized_collective.hpp"
#include "core/error.hpp"

namespace assay::benchmarks {

using collectives::BlockWeights;
using collectives::OperationInfo;
using collectives::Part;
using collectives::Side;
using results::Record;

namespace {

PatternShape shape_of(const CollectiveTask& task, int rank, int ranks) {
  return {.operation = task.operation,
          .type = task.elements.type,
          .op = task.elements.op,
          .rank = rank,
          .ranks = ranks,
          .root = task.root,
          .weights = block_weights(task.operation, ranks)};
}

/// Where a rank's input and output are for one size: two buffers, or one in the other.
struct Places {
  std::byte* input = nullptr;
  std::byte* output = nullptr;
};

/// In registered buffers, messages of up to so many bytes in all are staged.
constexpr Bytes short_registered = 2_KiB;

/// The algorithm of ours with the fewest steps.
std::string_view short_message_algorithm(collectives::Operation operation) {
  switch (operation) {
    case collectives::Operation::all_reduce:
      return "one_shot";
    case collectives::Operation::broadcast:
    case collectives::Operation::reduce:
      return "tree";
    case collectives::Operation::all_to_all:
    case collectives::Operation::all_to_all_v:
      return "pairwise";
    case collectives::Operation::send_recv:
      return "ring";
    default:
      return "direct";
  }
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
  Timed(collectives::Collective& collective, const CollectiveTask& task, std::size_t largest_count,
        int rank, int ranks, const collectives::RegisteredMemory* memory)
      : collective_{collective},
        operation_{info(task.operation)},
        is_root_{rank == task.root},
        rank_{rank},
        ranks_{ranks},
        element_bytes_{info(task.elements.type).bytes},
        weights_{block_weights(task.operation, ranks)},
        pattern_{shape_of(task, rank, ranks), largest_count} {
    if (memory != nullptr) {
      // At the same places on all ranks, whatever part of them a rank has.
      const std::size_t whole = whole_bytes(task, largest_count, ranks);
      buffers_ = {memory->mine(), memory->mine() + whole};
      return;
    }
    input_.emplace(bytes_of(Side::input, largest_count));
    output_.emplace(bytes_of(Side::output, largest_count));
    buffers_ = {input_->as<std::byte>(), output_->as<std::byte>()};
  }

  void choose(std::size_t count, bool in_place) {
    count_ = count;
    places_ = in_place ? one_in_the_other() : buffers_;
  }
  void prepare(std::uint64_t sample) override { pattern_.fill(places_.input, count_, sample); }
  collectives::ExecutionStatus run(Deadline deadline) noexcept override {
    return collective_.run(places_.input, places_.output, count_, deadline);
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

  collectives::Collective& collective_;
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

CollectiveBenchmark::CollectiveBenchmark(const Job& job, const CollectiveVariant& variant,
                                         const CollectiveTask& task, Bytes largest)
    : job_{job},
      variant_{variant},
      task_{task},
      weights_{block_weights(task.operation, job.size())},
      members_(static_cast<std::size_t>(job.size())) {
  std::iota(members_.begin(), members_.end(), 0);
  const std::size_t count = element_count(task, largest, job.size());
  if (variant.implementation == "mpi")
    collective_ = collectives::make_mpi_collective(job.world, task.operation, task.elements,
                                                   task.root, weights_);
  else if (variant.registered)
    set_up_registered(count);
  else
    set_up_staged();
  timed_ =
      std::make_unique<Timed>(*collective_, task, count, job.rank(), job.size(), memory_.get());
}

void CollectiveBenchmark::set_up_staged() {
  transport_ = make_transport(job_, variant_.transport, job_.world);
  if (variant_.algorithm == cma_algorithm) {
    collective_ = collectives::make_cma_collective(task_.operation, task_.root, job_.world,
                                                   *transport_, task_.elements,
                                                   executor_options(job_, members_), weights_);
    return;
  }
  collective_ = make_staged(variant_.algorithm);
}

std::unique_ptr<collectives::Collective> CollectiveBenchmark::make_staged(
    std::string_view algorithm) {
  collectives::PlanOptions plan;
  plan.root = task_.root;
  plan.weights = weights_;
  return collectives::make_collective(collectives::find_algorithm(task_.operation, algorithm), plan,
                                      job_.world, *transport_, task_.elements,
                                      executor_options(job_, members_));
}

void CollectiveBenchmark::set_up_registered(std::size_t largest_count) {
  transport_ = make_transport(job_, variant_.transport, job_.world);
  memory_ = transport_->allocate_registered(2 * whole_bytes(task_, largest_count, job_.size()));
  if (!memory_)
    throw UnavailableError{
        "registered buffers (-R 1) need transport shared_memory, and no --inject"};
  auto direct = collectives::make_registered_collective(task_.operation, task_.root, job_.world,
                                                        *transport_, *memory_, task_.elements,
                                                        executor_options(job_, members_), weights_);
  // Two meetings take longer than messages that carry their flag with the data.
  collective_ = std::make_unique<collectives::SizedCollective>(
      make_staged(short_message_algorithm(task_.operation)), std::move(direct),
      element_count(task_, short_registered, job_.size()));
}

bool CollectiveBenchmark::works_in_place() const {
  if (variant_.registered)
    return collectives::works_in_place(task_.operation, job_.size(), weights_);
  if (variant_.algorithm == cma_algorithm)
    return collectives::pulls_in_place(task_.operation, job_.size(), weights_);
  return weights_.are_symmetric();
}

CollectiveBenchmark::~CollectiveBenchmark() = default;

Record CollectiveBenchmark::measure(Bytes size, bool in_place, const SamplerOptions& options) {
  const OperationInfo& operation = info(task_.operation);
  const std::size_t count = element_count(task_, size, job_.size());
  const std::uint64_t measured =
      whole_elements(task_, count, job_.size()) * info(task_.elements.type).bytes;
  job_.announce(fmt::format("{} {} {} {} bytes", operation.name, variant_.implementation,
                            variant_.algorithm, measured));
  timed_->choose(count, in_place);
  Sampler sampler{job_.world, job_.alignment, job_.heartbeat};
  Record record;
  record.benchmark = operation.name;
  record.implementation = variant_.implementation;
  record.algorithm = variant_.algorithm;
  if (transport_) record.transport = transport_->name();
  if (variant_.algorithm == cma_algorithm) record.transport = "cma";
  record.dtype = info(task_.elements.type).name;
  if (operation.reduces) record.op = info(task_.elements.op).name;
  if (operation.has_root) record.root = task_.root;
  record.size_bytes = measured;
  record.ranks = job_.size();
  record.in_place = in_place;
  record.registered = variant_.registered;
  // Short messages in registered buffers are staged: the record names what really ran.
  if (variant_.registered && count <= element_count(task_, short_registered, job_.size()))
    record.algorithm = short_message_algorithm(task_.operation);
  samples_ = sampler.sample(*timed_, options);
  describe(record, samples_, members_);
  add_bandwidth(record, collectives::bus_factor(task_.operation, job_.size()));
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
