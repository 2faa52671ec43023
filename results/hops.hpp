#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/hop_trace.hpp"

namespace assay::results {

/// When a hop stands out. All conditions must hold.
struct HopOptions {
  /// Of the collective's time that the part costs beyond what its peers do, at least.
  double least_cost = 0.07;
  /// How often a part of a sound job may be named by chance, over all its parts together.
  double false_alarm_rate = 0.01;
  /// The share of the repetitions that must show the cost.
  double steadiness = 0.75;
};

/// A part that holds the collective up.
struct Culprit {
  enum class Kind {
    edge,  ///< what one rank hands over reaches the other late
    rank,  ///< works, or is kept from working, while its neighbours wait for it
  };
  Kind kind = Kind::edge;
  int from = 0;           ///< of an edge the sender; of a rank the rank
  int to = 0;             ///< of an edge the receiver
  double cost = 0;        ///< share of the collective's time, 0..1
  double deficit = 0;     ///< share by which it is slower than its peers, 0..1
  double confidence = 0;  ///< 0..1
  std::vector<std::string> evidence;
};

struct HopFindings {
  std::vector<Culprit> culprits;  ///< worst first
  std::string reason;             ///< where there is none: what was seen instead
};

/// Finds what holds a collective up, from the traces of its hops.
///
/// Model    Every edge of a ring is paced by the slowest, so that all ranks starve alike. What
/// tells
///          them apart is what happens to a message that is waited for: behind a slow edge it has
///          been handed over (its sender has more of them waiting, and is blocked once the link's
///          slots are full) and is on its way all the time that its receiver starves, whereas
///          receivers elsewhere also wait for messages that nobody has sent yet. A slow rank has
///          neither: its neighbours wait while it is busy.
/// Decides  an edge by its time on the link for each byte, a rank by its busy time, each in share
/// of
///          the collective's time against its peers' median, repetition by repetition: the cost
///          must matter, in most repetitions, and stand out from the spread of the peers. What a
///          slow rank explains is not held against the edges from it.
/// Limits   needs four edges or ranks (three peers); in a tree edges carry unequal loads, which
///          widens the spread and hides small faults.
[[nodiscard]] HopFindings find_culprits(const HopTrace& trace, const HopOptions& options = {});

}  // namespace assay::results
