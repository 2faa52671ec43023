#pragma once

#include <array>
#include <vector>

#include "results/locate/envelope.hpp"
#include "results/locate/noise.hpp"
#include "results/locate/rail_matrix.hpp"
#include "results/locate/suspect.hpp"
#include "results/locate/thresholds.hpp"

namespace assay::results {

/// What one end of a node reaches in one class of links, against the class's reference.
struct EndLevel {
  float value = 0;  ///< without the bias of the envelope; NaN without cells
  int cells = 0;
  double error = 0;
};

/// The ends of all nodes on one rail.
struct Ends {
  std::array<std::array<std::vector<EndLevel>, 2>, link_classes> levels;  ///< class, direction
  std::array<double, link_classes> reference{};  ///< logarithm of what sound links reach; or NaN
  std::array<double, link_classes> spread{};     ///< of sound nodes among each other

  [[nodiscard]] const EndLevel& level(LinkClass kind, Direction direction, int node) const {
    return levels[index(kind)][static_cast<std::size_t>(direction)][static_cast<std::size_t>(node)];
  }
};

/// What locating one rail goes by.
struct RailContext {
  const LinkSpace& space;
  const std::vector<std::vector<int>>& leaves;  ///< nodes by leaf
  const RailMatrix& matrix;
  const EnvelopeTable& envelopes;
  const NoiseByClass& noise;
  const Thresholds& thresholds;
  int rail;
};

/// The reference of a class is the median of the upper envelopes of its nodes' ends, senders or
/// receivers, whichever is greater: half of the nodes may be slow, and at most one end of a slow
/// uplink with half of the nodes behind it lowers it.
[[nodiscard]] Ends measure_ends(const RailContext& context);

/// Ends that are slow in every class of links they have: one that is only slow to other leaves is
/// no slow node. A link to a partner that is slow by itself does not count.
[[nodiscard]] std::vector<SlowSet> suspect_ends(const RailContext& context, const Ends& ends);

}  // namespace assay::results
