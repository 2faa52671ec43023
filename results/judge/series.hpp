#pragma once

#include <span>
#include <vector>

#include "results/record.hpp"

namespace assay::results {

/// What a part could do, turn by turn. Turns of the same number were taken about the same time.
struct Series {
  std::vector<double> rates;  ///< by turn, from the fast side of its samples; at least one
  double uncertainty = 0;     ///< relative, of the whole; counts where there is one turn only
  double overall = 0;         ///< from the fast side of all samples: for people
  double undisturbed = 1;     ///< share of the samples; 1 where it is not known
};

/// Share of the samples that nothing disturbed; 1 where that is not known.
[[nodiscard]] double undisturbed_share(const Record& record);

/// Below this share a measurement says nothing of the part. A busy but usable machine with two
/// processors for two ranks disturbs half of their samples; one whose processors are taken disturbs
/// 97 to 100 %, and then even a sender slowed by half was seen at the speed of its peers.
inline constexpr double least_undisturbed = 0.05;
inline constexpr const char* too_disturbed =
    "next to every sample was disturbed: too busy a machine to judge by";

/// The series of a record whose samples did `work` each (bytes or operations).
[[nodiscard]] Series series_of(const Record& record, double work);

/// Several series (at least one) as one: `summary` of their rates, turn by turn and overall.
using Summary = double (*)(std::span<const double> rates);
[[nodiscard]] Series combine(const std::vector<const Series*>& series, Summary summary);

/// How a part compared with its peers in one round of measurements (the first, or one of the
/// repeats that confirm).
struct Comparison {
  double rate = 0;       ///< of the part: what it can do
  double reference = 0;  ///< of its peers in the same round
  double sigma = 0;      ///< relative: how far sound parts may be apart by chance
  int peers = 0;

  [[nodiscard]] double deficit() const { return 1.0 - rate / reference; }
};

/// Below this, two measurements of one sound part differ by chance: what is left of noise in the
/// fast side on a shared machine. No spread is believed to be narrower.
inline constexpr double least_sigma = 0.015;
/// Compares a part with its peers (at least one): turn by turn where turns agree; otherwise that or
/// the fast side of all samples, whichever is better, as disturbances only slow. Sigma is what that
/// one leaves in doubt, or the peers' own spread, or least_sigma, whichever is greatest.
[[nodiscard]] Comparison compare_with(const Series& own, const std::vector<const Series*>& peers);

}  // namespace assay::results
