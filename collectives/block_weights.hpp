#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "collectives/operation.hpp"

namespace assay::collectives {

enum class Side : std::uint8_t { input, output };

/// How long the blocks are that ranks exchange (Operation::all_to_all_v). Of the `count` that a run
/// is told, the block from one rank to another has count * weight / scale elements, rounded down.
/// A buffer holds its blocks one right behind the other.
/// MPI_Alltoallv's counts are weights of scale 1, in runs that are told a count of 1.
/// Copies share the weights: 8 bytes for each pair of ranks.
/// Precondition of what takes a count   count * weight < 2^64.
class BlockWeights {
 public:
  /// Every block has `count` elements, whatever the number of ranks.
  BlockWeights() = default;
  /// From rank i to rank j: `weights[i * ranks + j]`.
  /// Throws  UsageError if these are not ranks * ranks, or the scale is 0.
  BlockWeights(int ranks, std::vector<std::uint64_t> weights, std::uint64_t scale = 1);

  [[nodiscard]] bool are_equal() const noexcept { return weights_ == nullptr; }
  /// As many as were given; 0 where all blocks are equal.
  [[nodiscard]] int ranks() const noexcept { return ranks_; }
  /// The block from each rank to another is as long as the one back: input and output can be one.
  [[nodiscard]] bool are_symmetric() const noexcept;

  /// Of block `block` of a rank's input (which goes to the rank of that number) or output (which
  /// comes from it).
  [[nodiscard]] std::uint64_t weight(Side side, int rank, int block) const noexcept {
    if (are_equal()) return 1;
    const auto from = static_cast<std::size_t>(side == Side::input ? rank : block);
    const auto to = static_cast<std::size_t>(side == Side::input ? block : rank);
    return (*weights_)[from * static_cast<std::size_t>(ranks_) + to];
  }
  [[nodiscard]] std::size_t elements(Side side, int rank, int block,
                                     std::size_t count) const noexcept {
    return are_equal() ? count : count * weight(side, rank, block) / scale_;
  }
  /// Where the block begins; of the number of blocks: how long the buffer is.
  /// Cost  proportional to `block`, where the weights differ.
  [[nodiscard]] std::size_t begin(Side side, int rank, int block, std::size_t count) const noexcept;

 private:
  std::shared_ptr<const std::vector<std::uint64_t>> weights_;
  int ranks_ = 0;
  std::uint64_t scale_ = 1;
};

/// Elements of a rank's input or output, in runs that are told `count`; 0: it has no such buffer.
[[nodiscard]] inline std::size_t buffer_elements(const OperationInfo& operation, Side side,
                                                 const BlockWeights& weights, int rank, int ranks,
                                                 bool is_root, std::size_t count) noexcept {
  const Part part = side == Side::input ? operation.input : operation.output;
  return weights.begin(side, rank, blocks_held(operation, part, is_root, ranks), count);
}

/// What nccl-tests' alltoallv_perf sends by default: the more the farther, from nothing that a rank
/// sends itself to twice the mean that it sends the rank before it. The `count` of a run is the
/// mean of a rank's blocks. All ranks send and receive the same in all; one rank alone sends itself
/// `count`. Precondition: ranks >= 1.
[[nodiscard]] BlockWeights distance_weights(int ranks);

}  // namespace assay::collectives
