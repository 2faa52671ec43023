#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

namespace assay::results {

/// A directed link between two nodes on one rail.
struct LinkId {
  int from = 0;
  int to = 0;
  int rail = 0;

  friend auto operator<=>(const LinkId&, const LinkId&) = default;
};

/// True where `one` comes before `other` rail by rail, as their rates lie in memory.
[[nodiscard]] inline bool before_in_memory(const LinkId& one, const LinkId& other) {
  return std::tie(one.rail, one.from, one.to) < std::tie(other.rail, other.from, other.to);
}

/// Nodes, rails, and the leaf switch that each node hangs on.
struct LinkSpace {
  int nodes = 0;
  int rails = 1;
  int leaves = 1;
  std::vector<int> leaf_of;  ///< by node

  [[nodiscard]] bool same_leaf(const LinkId& link) const {
    return leaf_of[static_cast<std::size_t>(link.from)] ==
           leaf_of[static_cast<std::size_t>(link.to)];
  }
};

/// Rates of all links in bytes per second, NaN where missing, and of a node to itself. 4 bytes a
/// link: 4,096 nodes with 8 rails take 512 MiB.
class RateMatrix {
 public:
  static constexpr float missing = std::numeric_limits<float>::quiet_NaN();

  RateMatrix() = default;
  explicit RateMatrix(const LinkSpace& space)
      : nodes_{static_cast<std::size_t>(space.nodes)},
        rates_(nodes_ * nodes_ * static_cast<std::size_t>(space.rails), missing) {}

  [[nodiscard]] float& at(const LinkId& link) { return rates_[index(link)]; }
  [[nodiscard]] float at(const LinkId& link) const { return rates_[index(link)]; }
  [[nodiscard]] bool has(const LinkId& link) const { return !std::isnan(at(link)); }
  /// How many links have a rate.
  [[nodiscard]] std::size_t measured() const {
    return static_cast<std::size_t>(
        std::count_if(rates_.begin(), rates_.end(), [](float rate) { return !std::isnan(rate); }));
  }

 private:
  [[nodiscard]] std::size_t index(const LinkId& link) const {
    return (static_cast<std::size_t>(link.rail) * nodes_ + static_cast<std::size_t>(link.from)) *
               nodes_ +
           static_cast<std::size_t>(link.to);
  }

  std::size_t nodes_ = 0;
  std::vector<float> rates_;
};

/// A link that was measured again because of what the first round showed.
struct Repeat {
  LinkId link;
  float rate = 0;
};

/// All that was measured: the first round, and repeats (round by round) that settle suspicions.
/// Each repeat's round has links of suspects beside links of sound parts to compare them with.
struct LinkMeasurements {
  LinkSpace space;
  RateMatrix first;
  std::vector<std::vector<Repeat>> repeats;
  /// What measuring leaves in doubt of one rate, relative; 0: only what the rates themselves show.
  double noise_floor = 0;
};

}  // namespace assay::results
