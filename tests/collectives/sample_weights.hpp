#pragma once

#include <cstdint>
#include <vector>

#include "collectives/block_weights.hpp"
#include "collectives/operation.hpp"

namespace assay::collectives {

/// `weight(from, to)` of every pair.
template <class Weight>
[[nodiscard]] BlockWeights weights_by(int ranks, Weight weight, std::uint64_t scale = 1) {
  std::vector<std::uint64_t> weights;
  for (int from = 0; from < ranks; ++from)
    for (int to = 0; to < ranks; ++to)
      weights.push_back(static_cast<std::uint64_t>(weight(from, to)));
  return {ranks, std::move(weights), scale};
}

/// Weights to try an operation with; where it has none, equal blocks alone.
[[nodiscard]] inline std::vector<BlockWeights> sample_weights(const OperationInfo& operation,
                                                              int ranks) {
  if (!operation.has_weights) return {{}};
  return {{},
          distance_weights(ranks),
          // Irregular, some blocks empty, sums of rows and columns all different.
          weights_by(
              ranks, [](int from, int to) { return (3 * from + 5 * to * to) % 7; }, 3),
          // As long forth as back, so that it works in place.
          weights_by(
              ranks, [](int from, int to) { return (from + 1) * (to + 1) % 5; }, 2),
          // One rank has all that the others want.
          weights_by(ranks, [=](int from, int) { return from == ranks - 1 ? 1 : 0; })};
}

}  // namespace assay::collectives
