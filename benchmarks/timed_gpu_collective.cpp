#include "benchmarks/timed_gpu_collective.hpp"

#include <utility>

namespace assay::benchmarks {

using collectives::BlockWeights;
using collectives::Part;
using collectives::Side;
using collectives::device::Placement;
using collectives::device::RankBuffers;

namespace {

/// Where the longest buffer ends, up to where GPUs like buffers to begin.
std::size_t whole_bytes(const CollectiveTask& task, const BlockWeights& weights, std::size_t count,
                        int ranks) {
  constexpr std::size_t alignment = 4096;
  const std::size_t bytes =
      whole_elements(task, weights, count, ranks) * info(task.elements.type).bytes;
  return (bytes / alignment + 1) * alignment;
}

}  // namespace

TimedGpuCollective::TimedGpuCollective(const CollectiveTask& task, const BlockWeights& weights,
                                       std::size_t largest_count, const Placement& placement,
                                       std::vector<std::byte*> memory)
    : task_{task},
      weights_{weights},
      placement_{placement},
      whole_bytes_{whole_bytes(task, weights, largest_count, placement.ranks())},
      memory_{std::move(memory)},
      staging_{native::allocate_pinned(whole_bytes_)} {
  for (int i = 0; i < placement.per_process; ++i)
    patterns_.emplace_back(PatternShape{.operation = task.operation,
                                        .type = task.elements.type,
                                        .op = task.elements.op,
                                        .rank = placement.first_local() + i,
                                        .ranks = placement.ranks(),
                                        .root = task.root,
                                        .weights = weights},
                           largest_count);
}

std::size_t TimedGpuCollective::memory_bytes(const CollectiveTask& task,
                                             const BlockWeights& weights, std::size_t largest_count,
                                             int ranks) {
  return 2 * whole_bytes(task, weights, largest_count, ranks);
}

/// The shorter buffer is where its block lies in the longer one.
RankBuffers TimedGpuCollective::places(int rank, std::byte* memory, bool in_place) const {
  const auto& operation = info(task_.operation);
  std::byte* second = memory + whole_bytes_;
  if (!in_place) return {memory, second};
  const bool input_is_shorter = operation.input == Part::own && operation.output != Part::own;
  const bool output_is_shorter = operation.output == Part::own && operation.input != Part::own;
  std::byte* longer = output_is_shorter ? memory : second;
  std::byte* own =
      longer + static_cast<std::size_t>(rank) * count_ * info(task_.elements.type).bytes;
  return {input_is_shorter ? own : longer, output_is_shorter ? own : longer};
}

std::size_t TimedGpuCollective::bytes_of(Side side, int rank) const {
  return buffer_elements(info(task_.operation), side, weights_, rank, placement_.ranks(),
                         rank == task_.root, count_) *
         info(task_.elements.type).bytes;
}

void TimedGpuCollective::choose(collectives::device::GroupCollective& collective, std::size_t count,
                                bool in_place, int operations, bool graph) {
  collective_ = &collective;
  count_ = count;
  operations_ = operations;
  graph_ = graph;
  started_ = 0;
  first_wrong_rank_ = -1;
  buffers_.clear();
  for (int i = 0; i < placement_.per_process; ++i)
    buffers_.push_back(
        places(placement_.first_local() + i, memory_[static_cast<std::size_t>(i)], in_place));
  collective.bind(buffers_, count, graph ? operations : 0);
}

void TimedGpuCollective::prepare(std::uint64_t sample) {
  constexpr int never_written = 0xA5;  // a result that was never written must not pass for one
  for (int i = 0; i < placement_.per_process; ++i) {
    const int rank = placement_.first_local() + i;
    const RankBuffers& mine = buffers_[static_cast<std::size_t>(i)];
    const native::CurrentDevice current{placement_.device(rank)};
    native::check_cuda(cudaMemset(mine.output, never_written, bytes_of(Side::output, rank)));
    const std::size_t bytes = bytes_of(Side::input, rank);
    if (bytes > 0) {
      patterns_[static_cast<std::size_t>(i)].fill(staging_.get(), count_, sample);
      native::check_cuda(
          cudaMemcpy(const_cast<void*>(mine.input), staging_.get(), bytes, cudaMemcpyHostToDevice));
    }
    native::check_cuda(cudaDeviceSynchronize());
  }
}

collectives::ExecutionStatus TimedGpuCollective::run(Deadline deadline) noexcept {
  const bool is_last = ++started_ == operations_;
  if (!graph_ || is_last) collective_->start();
  if (!is_last) return std::nullopt;
  started_ = 0;
  return collective_->finish(deadline);
}

std::optional<Mismatch> TimedGpuCollective::check(std::uint64_t sample) {
  std::optional<Mismatch> first;
  for (int i = 0; i < placement_.per_process; ++i) {
    const int rank = placement_.first_local() + i;
    const std::size_t bytes = bytes_of(Side::output, rank);
    if (bytes == 0) continue;
    native::check_cuda(cudaMemcpy(staging_.get(), buffers_[static_cast<std::size_t>(i)].output,
                                  bytes, cudaMemcpyDeviceToHost));
    auto found = patterns_[static_cast<std::size_t>(i)].check(staging_.get(), count_, sample);
    if (!found) continue;
    if (first) {
      first->count += found->count;
      continue;
    }
    first = std::move(found);
    if (first_wrong_rank_ < 0) first_wrong_rank_ = rank;
  }
  return first;
}

}  // namespace assay::benchmarks
