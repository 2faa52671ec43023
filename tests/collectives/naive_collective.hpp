#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "collectives/block_weights.hpp"
#include "collectives/operation.hpp"

namespace assay::collectives {

/// Whole numbers to run collectives on, and what must come of them by the definition of each.
struct NaiveCollective {
  Operation operation;
  int ranks;
  int root;
  std::size_t count;
  BlockWeights weights = {};

  [[nodiscard]] static std::int32_t value(int rank, std::size_t block, std::size_t index) {
    return static_cast<std::int32_t>(1000003 * rank + 1009 * static_cast<int>(block) +
                                     static_cast<int>(index % 997));
  }
  [[nodiscard]] int blocks(Part part, int rank) const {
    return blocks_held(info(operation), part, rank == root, ranks);
  }
  /// The number of a rank's first block.
  [[nodiscard]] std::size_t first_block(Part part, int rank) const {
    return part == Part::own ? static_cast<std::size_t>(rank) : 0;
  }

  [[nodiscard]] std::vector<std::int32_t> input(int rank) const {
    const Part part = info(operation).input;
    return filled(Side::input, rank, blocks(part, rank), [&](std::size_t block, std::size_t index) {
      return value(rank, first_block(part, rank) + block, index);
    });
  }
  [[nodiscard]] std::vector<std::int32_t> output(int rank) const {
    const Part part = info(operation).output;
    return filled(Side::output, rank, blocks(part, rank),
                  [&](std::size_t block, std::size_t index) {
                    return result(rank, first_block(part, rank) + block, index);
                  });
  }

 private:
  template <class Value>
  [[nodiscard]] std::vector<std::int32_t> filled(Side side, int rank, int number_of_blocks,
                                                 Value of) const {
    std::vector<std::int32_t> buffer;
    for (int block = 0; block < number_of_blocks; ++block)
      for (std::size_t index = 0; index < weights.elements(side, rank, block, count); ++index)
        buffer.push_back(of(static_cast<std::size_t>(block), index));
    return buffer;
  }

  [[nodiscard]] std::int32_t result(int rank, std::size_t block, std::size_t index) const {
    const int giver = static_cast<int>(block);
    const auto own = static_cast<std::size_t>(rank);
    switch (operation) {
      case Operation::all_gather:
      case Operation::gather:
        return value(giver, block, index);
      case Operation::broadcast:
      case Operation::scatter:
        return value(root, block, index);
      case Operation::all_to_all:
      case Operation::all_to_all_v:
        return value(giver, own, index);
      case Operation::send_recv:
        return value((rank + ranks - 1) % ranks, 0, index);
      default:
        break;
    }
    std::uint32_t sum = 0;  // wraps around, as sums of integers do
    for (int other = 0; other < ranks; ++other)
      sum += static_cast<std::uint32_t>(value(other, block, index));
    return static_cast<std::int32_t>(sum);
  }
};

}  // namespace assay::collectives
