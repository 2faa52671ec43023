#pragma once

#include <array>
#include <span>
#include <vector>

#include "results/locate/evidence.hpp"
#include "results/locate/noise.hpp"
#include "results/locate/repeats.hpp"

namespace assay::results {

/// What repeats show of links that were sound in the first round: it did not select them by what
/// they do now. What disturbs a measurement only slows it, now and then, so that the bulk of all
/// rates may not show it.
class PeerRepeats {
 public:
  PeerRepeats() = default;
  PeerRepeats(const LinkMeasurements& measured, const Look& first, std::span<const Sample> samples);

  /// The noise by how far peers fall below their middle; `noise` where that is not clearly more.
  [[nodiscard]] Noise noise(LinkClass kind, const Noise& noise) const;
  /// How likely repeats of a sound link are as slow as these, whatever the shape of what disturbs:
  /// by their ranks among those of peers, where one more is counted than was seen. Either all are
  /// as slow as the fastest of them, or the product of the ranks is as small (Fisher's method).
  /// 0 without peers.
  [[nodiscard]] double chance_of(LinkClass kind, std::span<const RoundValue> rounds) const;

 private:
  using Values = std::vector<float>;
  /// A class of few takes those of both.
  [[nodiscard]] const Values& values(LinkClass kind) const;

  std::array<Values, link_classes> by_class_;  ///< ascending, as `all_`
  Values all_;
};

}  // namespace assay::results
