#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "results/locate/links.hpp"
#include "results/locate/locate.hpp"

namespace assay::results {

/// Links within leaves are not compared with those across them.
enum class LinkClass : int { within = 0, across = 1 };
inline constexpr int link_classes = 2;

[[nodiscard]] inline std::size_t index(LinkClass kind) { return static_cast<std::size_t>(kind); }
[[nodiscard]] inline LinkClass class_of(const LinkSpace& space, const LinkId& link) {
  return space.same_leaf(link) ? LinkClass::within : LinkClass::across;
}

[[nodiscard]] inline Direction opposite(Direction direction) {
  return direction == Direction::send ? Direction::receive : Direction::send;
}

/// The logarithm of a rate. A link that carried nothing is as slow as can be told.
[[nodiscard]] inline float log_rate(float rate) {
  constexpr float stalled = 1e-3F;  // bytes per second
  return std::isnan(rate) ? rate : std::log(std::max(rate, stalled));
}

/// The nodes of every leaf, ascending.
[[nodiscard]] std::vector<std::vector<int>> nodes_by_leaf(const LinkSpace& space);

/// Logarithms of one rail's rates, NaN where missing, held by sender and again by receiver: both
/// kinds of line lie in one piece.
class RailMatrix {
 public:
  explicit RailMatrix(const LinkSpace& space);

  /// Takes the rates of a rail in place of those it has.
  void read(const RateMatrix& rates, int rail);

  /// The links that a node sends on by receiver, or receives on by sender.
  [[nodiscard]] std::span<const float> line(Direction end, int node) const {
    const auto& cells = end == Direction::send ? by_sender_ : by_receiver_;
    return std::span{cells}.subspan(static_cast<std::size_t>(node) * nodes_, nodes_);
  }
  [[nodiscard]] int nodes() const { return static_cast<int>(nodes_); }
  void set(int from, int to, float value);

 private:
  std::size_t nodes_;
  std::vector<float> by_sender_;
  std::vector<float> by_receiver_;
};

}  // namespace assay::results
