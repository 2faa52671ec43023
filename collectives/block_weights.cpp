#include "collectives/block_weights.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/error.hpp"

namespace assay::collectives {

BlockWeights::BlockWeights(int ranks, std::vector<std::uint64_t> weights, std::uint64_t scale)
    : ranks_{ranks}, scale_{scale} {
  const auto side = static_cast<std::size_t>(ranks);
  if (ranks < 1 || weights.size() != side * side)
    throw UsageError{
        fmt::format("{} ranks have {} blocks, not {} weights", ranks, side * side, weights.size())};
  if (scale == 0) throw UsageError{"the weights of blocks need a scale above 0"};
  weights_ = std::make_shared<const std::vector<std::uint64_t>>(std::move(weights));
}

bool BlockWeights::are_symmetric() const noexcept {
  for (int rank = 0; rank < ranks_; ++rank)
    for (int other = 0; other < rank; ++other)
      if (weight(Side::input, rank, other) != weight(Side::output, rank, other)) return false;
  return true;
}

std::size_t BlockWeights::begin(Side side, int rank, int block, std::size_t count) const noexcept {
  if (are_equal()) return static_cast<std::size_t>(block) * count;
  std::size_t before = 0;
  for (int other = 0; other < block; ++other) before += elements(side, rank, other, count);
  return before;
}

BlockWeights distance_weights(int ranks) {
  if (ranks == 1) return {1, {1}};
  // Distances 0 to n-1 have the mean (n-1)/2.
  std::vector<std::uint64_t> weights;
  for (int from = 0; from < ranks; ++from)
    for (int to = 0; to < ranks; ++to)
      weights.push_back(2 * static_cast<std::uint64_t>((to - from + ranks) % ranks));
  return {ranks, std::move(weights), static_cast<std::uint64_t>(ranks - 1)};
}

}  // namespace assay::collectives
