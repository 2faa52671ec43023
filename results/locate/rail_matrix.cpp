#include "results/locate/rail_matrix.hpp"

#include <algorithm>

namespace assay::results {

std::vector<std::vector<int>> nodes_by_leaf(const LinkSpace& space) {
  std::vector<std::vector<int>> nodes(static_cast<std::size_t>(space.leaves));
  for (int node = 0; node < space.nodes; ++node)
    nodes[static_cast<std::size_t>(space.leaf_of[static_cast<std::size_t>(node)])].push_back(node);
  return nodes;
}

RailMatrix::RailMatrix(const LinkSpace& space)
    : nodes_{static_cast<std::size_t>(space.nodes)},
      by_sender_(nodes_ * nodes_, RateMatrix::missing),
      by_receiver_(nodes_ * nodes_, RateMatrix::missing) {}

void RailMatrix::read(const RateMatrix& rates, int rail) {
  for (std::size_t from = 0; from < nodes_; ++from)
    for (std::size_t to = 0; to < nodes_; ++to) {
      if (from == to) continue;
      by_sender_[from * nodes_ + to] =
          log_rate(rates.at({static_cast<int>(from), static_cast<int>(to), rail}));
    }
  constexpr std::size_t tile = 32;  // two tiles of floats stay in the first-level cache
  for (std::size_t row = 0; row < nodes_; row += tile)
    for (std::size_t column = 0; column < nodes_; column += tile)
      for (std::size_t from = row; from < std::min(row + tile, nodes_); ++from)
        for (std::size_t to = column; to < std::min(column + tile, nodes_); ++to)
          by_receiver_[to * nodes_ + from] = by_sender_[from * nodes_ + to];
}

void RailMatrix::set(int from, int to, float value) {
  const auto sender = static_cast<std::size_t>(from);
  const auto receiver = static_cast<std::size_t>(to);
  by_sender_[sender * nodes_ + receiver] = value;
  by_receiver_[receiver * nodes_ + sender] = value;
}

}  // namespace assay::results
