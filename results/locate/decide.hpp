#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "results/locate/look.hpp"
#include "results/locate/peer_repeats.hpp"
#include "results/locate/repeats.hpp"

namespace assay::results {

/// All repeats, and what chance does to them.
struct RepeatedRounds {
  std::span<const Sample> samples;
  const PeerRepeats& peers;
  const NoiseByClass& noise;
};

/// A suspect, and what the repeats made of it.
struct DecidedSuspect {
  SlowSet suspect;
  SlowPart::State state = SlowPart::State::suspected;
  double deficit = 0;
  double confidence = 0;
  std::vector<int> confirming;
};
struct DecidedPath {
  LinkId link;
  SlowPart::State state = SlowPart::State::suspected;
  double confidence = 0;
  float level = 0;  ///< logarithm of what it reaches of what it should

  [[nodiscard]] double deficit() const { return -std::expm1(level); }
};

/// What may be slow; what repeats found sound is left out.
struct Decision {
  std::vector<DecidedSuspect> suspects;
  std::vector<DecidedPath> paths;  ///< those that were measured again, then others; each by rail
};

/// Decides by the repeats alone, which did not select: convicted is what is slow by `warn_deficit`
/// on average over the repeats, also without the slowest round, and stands out from noise with the
/// false discovery rate controlled over all of its kind that was measured again, and over the
/// looks; a single link also from what disturbs sound links now and then.
/// `look` stands on the better rates.
[[nodiscard]] Decision decide_locations(const LinkMeasurements& measured,
                                        const LocateOptions& options, const Look& look,
                                        const RepeatedRounds& rounds);

}  // namespace assay::results
