#pragma once

#include <cstdint>
#include <vector>

#include "generated_fabric.hpp"

/// Networks that are measured with little noise, and how locating in them ends.
namespace assay::results::generated {

inline constexpr int all = SlowPart::all_rails;
inline constexpr int nobody = SlowPart::nobody;
inline constexpr double deficit = 0.15;
inline constexpr auto send = Direction::send;
inline constexpr auto receive = Direction::receive;
inline constexpr auto both = Direction::both;

inline Shape shape(int nodes, int leaf_size = 0, int rails = 1) {
  Shape shape;
  shape.nodes = nodes;
  shape.leaf_size = leaf_size;
  shape.rails = rails;
  shape.noise = 0.005;
  return shape;
}

/// Every node measured with so many others, within its leaf and across.
inline Shape cover(int nodes, int leaf_size, int partners) {
  Shape sparse = shape(nodes, leaf_size);
  sparse.partners = partners;
  return sparse;
}

inline Location settled(const Shape& shape, const std::vector<Fault>& faults,
                        std::uint64_t seed = 1) {
  Network network{shape, faults, seed};
  return settle(network).location;
}

}  // namespace assay::results::generated
