#include "benchmarks/timed_collective.hpp"

namespace assay::benchmarks {

using collectives::BlockWeights;
using collectives::Part;
using collectives::Side;

namespace {

PatternShape shape_of(const CollectiveTask& task, const BlockWeights& weights, const Group& group) {
  return {.operation = task.operation,
          .type = task.elements.type,
          .op = task.elements.op,
          .rank = group.rank(),
          .ranks = group.size(),
          .root = task.root,
          .weights = weights};
}

/// Every group has data of its own, so that another group's are wrong in it.
std::uint64_t seed_of(const Group& group) {
  return 1 + static_cast<std::uint64_t>(group.members.front());
}

/// The longest buffer, up to the next page.
std::size_t whole_bytes(const CollectiveTask& task, const BlockWeights& weights, std::size_t count,
                        int ranks) {
  constexpr std::size_t page = 4096;
  const std::size_t bytes =
      whole_elements(task, weights, count, ranks) * info(task.elements.type).bytes;
  return (bytes / page + 1) * page;
}

}  // namespace

TimedCollective::TimedCollective(const CollectiveTask& task, const BlockWeights& weights,
                                 std::size_t largest_count, const Group& group,
                                 const collectives::RegisteredMemory* memory)
    : operation_{info(task.operation)},
      is_root_{group.rank() == task.root},
      rank_{group.rank()},
      ranks_{group.size()},
      element_bytes_{info(task.elements.type).bytes},
      pattern_{shape_of(task, weights, group), largest_count, seed_of(group)} {
  if (memory != nullptr) {
    buffers_ = {memory->mine(), memory->mine() + whole_bytes(task, weights, largest_count, ranks_)};
    return;
  }
  const auto bytes_of = [&](Side side) {
    return buffer_elements(operation_, side, weights, rank_, ranks_, is_root_, largest_count) *
           element_bytes_;
  };
  input_.emplace(bytes_of(Side::input));
  output_.emplace(bytes_of(Side::output));
  buffers_ = {input_->as<std::byte>(), output_->as<std::byte>()};
}

std::size_t TimedCollective::registered_bytes(const CollectiveTask& task,
                                              const BlockWeights& weights,
                                              std::size_t largest_count, int ranks) {
  return 2 * whole_bytes(task, weights, largest_count, ranks);
}

void TimedCollective::choose(collectives::Collective& collective, std::size_t count,
                             bool in_place) {
  collective_ = &collective;
  count_ = count;
  places_ = in_place ? one_in_the_other() : buffers_;
  collective.require_usable(places_.input, places_.output, count);
}

/// The shorter buffer is where its block lies in the longer one. In registered memory that is the
/// same place on all ranks, whether or not they have both.
TimedCollective::Places TimedCollective::one_in_the_other() const {
  const bool has_both = blocks_held(operation_, operation_.input, is_root_, ranks_) > 0 &&
                        blocks_held(operation_, operation_.output, is_root_, ranks_) > 0;
  if (!has_both && input_) return buffers_;
  const bool input_is_shorter = operation_.input == Part::own && operation_.output != Part::own;
  const bool output_is_shorter = operation_.output == Part::own && operation_.input != Part::own;
  std::byte* longer = output_is_shorter ? buffers_.input : buffers_.output;
  std::byte* own_block = longer + static_cast<std::size_t>(rank_) * count_ * element_bytes_;
  return {input_is_shorter ? own_block : longer, output_is_shorter ? own_block : longer};
}

}  // namespace assay::benchmarks
