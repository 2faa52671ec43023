#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "benchmarks/pattern.hpp"
#include "collectives/reduction.hpp"

namespace assay::benchmarks {

/// A collective of all ranks, done naively from the definition in operation.hpp.
class NaiveCollective {
 public:
  using Buffer = std::vector<std::byte>;
  static constexpr std::size_t largest_count = 150;
  static constexpr std::size_t count = 131;  ///< elements a block: below the largest, and odd

  explicit NaiveCollective(const PatternShape& shape)
      : shape_{shape}, element_bytes_{info(shape.type).bytes} {
    for (int rank = 0; rank < shape.ranks; ++rank) {
      shape_.rank = rank;
      patterns_.emplace_back(shape_, largest_count);
    }
  }

  /// Every rank's output of `sample`; empty where it has none. `backwards`: summed the other way.
  [[nodiscard]] std::vector<Buffer> outputs(std::uint64_t sample, bool backwards = false) const {
    const std::vector<Buffer> inputs = filled(sample);
    std::vector<Buffer> outputs;
    for (int rank = 0; rank < shape_.ranks; ++rank)
      outputs.push_back(output(inputs, rank, backwards));
    return outputs;
  }

  [[nodiscard]] std::optional<Mismatch> check(int rank, const Buffer& output,
                                              std::uint64_t sample) const {
    return patterns_[static_cast<std::size_t>(rank)].check(output.data(), count, sample);
  }
  /// Of a block of equal length.
  [[nodiscard]] std::size_t block_bytes() const { return count * element_bytes_; }

 private:
  /// Where a block of a rank's input begins.
  [[nodiscard]] std::size_t begin_bytes(int rank, int block) const {
    return shape_.weights.begin(collectives::Side::input, rank, block, count) * element_bytes_;
  }

  [[nodiscard]] std::vector<Buffer> filled(std::uint64_t sample) const {
    std::vector<Buffer> inputs;
    for (int rank = 0; rank < shape_.ranks; ++rank) {
      const int blocks = blocks_held(info(shape_.operation), info(shape_.operation).input,
                                     rank == shape_.root, shape_.ranks);
      inputs.emplace_back(begin_bytes(rank, blocks));
      patterns_[static_cast<std::size_t>(rank)].fill(inputs.back().data(), count, sample);
    }
    return inputs;
  }

  /// A block of a rank's input.
  [[nodiscard]] Buffer block(const Buffer& buffer, int number, int rank = 0) const {
    const auto at = [&](int begin) {
      return buffer.begin() + static_cast<std::ptrdiff_t>(begin_bytes(rank, begin));
    };
    return {at(number), at(number + 1)};
  }

  [[nodiscard]] Buffer reduced(const std::vector<Buffer>& inputs, bool backwards) const {
    const auto& arithmetic = find_reduction(shape_.type, shape_.op);
    const std::size_t elements = inputs[0].size() / info(shape_.type).bytes;
    Buffer total;
    for (int i = 0; i < shape_.ranks; ++i) {
      const int rank = backwards ? shape_.ranks - 1 - i : i;
      Buffer mine = inputs[static_cast<std::size_t>(rank)];
      if (shape_.op == collectives::ReduceOp::mulsum)
        arithmetic.multiply(mine.data(), mine.data(), collectives::mulsum_factor(rank), elements);
      if (i > 0) arithmetic.reduce(mine.data(), mine.data(), total.data(), elements);
      total = mine;
    }
    if (shape_.op == collectives::ReduceOp::avg)
      arithmetic.divide(total.data(), total.data(), shape_.ranks, elements);
    return total;
  }

  [[nodiscard]] Buffer output(const std::vector<Buffer>& inputs, int rank, bool backwards) const {
    const auto input = [&](int of) { return inputs[static_cast<std::size_t>(of)]; };
    Buffer gathered;
    const auto append = [&](const Buffer& piece) {
      gathered.insert(gathered.end(), piece.begin(), piece.end());
    };
    switch (shape_.operation) {
      case collectives::Operation::all_reduce:
        return reduced(inputs, backwards);
      case collectives::Operation::reduce:
        return rank == shape_.root ? reduced(inputs, backwards) : Buffer{};
      case collectives::Operation::reduce_scatter:
        return block(reduced(inputs, backwards), rank);
      case collectives::Operation::gather:
        if (rank != shape_.root) return {};
        [[fallthrough]];
      case collectives::Operation::all_gather:
        for (const Buffer& piece : inputs) append(piece);
        return gathered;
      case collectives::Operation::broadcast:
      case collectives::Operation::transfer:
        return input(shape_.root);
      case collectives::Operation::scatter:
        return block(input(shape_.root), rank);
      case collectives::Operation::all_to_all:
      case collectives::Operation::all_to_all_v:
        for (int giver = 0; giver < shape_.ranks; ++giver) append(block(input(giver), rank, giver));
        return gathered;
      case collectives::Operation::send_recv:
        return input(rank == 0 ? shape_.ranks - 1 : rank - 1);
    }
    return {};
  }

  PatternShape shape_;
  std::size_t element_bytes_;
  std::vector<Pattern> patterns_;
};

}  // namespace assay::benchmarks
