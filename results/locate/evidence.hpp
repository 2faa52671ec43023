#pragma once

#include <map>
#include <span>
#include <vector>

#include "results/locate/repeats.hpp"

namespace assay::results {

/// A mean over rounds of repeats, of logarithms against peers.
struct Evidence {
  double mean = 0;
  double without_worst = 0;  ///< the mean without the slowest round: one may have been disturbed
  double fastest = 0;        ///< of the rounds
  double median = 0;
  double round_error = 0;  ///< of one round
  double error = 0;
  double degrees_of_freedom = 0;
  int rounds = 0;

  [[nodiscard]] double p() const;
};

/// One round's word.
struct RoundValue {
  double value = 0;
  double variance = 0;
};
/// Sorts the rounds by value.
[[nodiscard]] Evidence evidence_of(std::span<RoundValue> rounds);

/// What repeats say of a suspect, by the links that no other suspect covers; where there are none,
/// by what is left beyond the others.
struct SuspectEvidence {
  Evidence evidence;
  std::vector<int> confirming;  ///< partners with which it was slow
  int own_nodes = 0;            ///< nodes of the suspect with which it was
};
[[nodiscard]] std::vector<SuspectEvidence> evidence_of_suspects(
    const RailLook& look, const LinkSpace& space, std::span<const Sample> samples_of_rail,
    const NoiseByClass& noise, float warn);

}  // namespace assay::results
