#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/judge.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// How a part compared with its peers in one round of measurements (the first, or one of the
/// repeats that confirm).
struct Comparison {
  double rate = 0;       ///< of the part: what it can do
  double reference = 0;  ///< of its peers in the same round
  double sigma = 0;      ///< relative: how far sound parts may be apart by chance
  int peers = 0;

  [[nodiscard]] double deficit() const { return 1.0 - rate / reference; }
};

/// A part of the machine (a rank's kernel, a sender, a receiver, a path) in all rounds.
struct Part {
  Comparison first;
  std::vector<Comparison> repeats;
};

/// What became of a part.
struct Finding {
  Status status = Status::pass;
  double deficit = 0;     ///< the median over all rounds; of a sound part the first
  double confidence = 0;  ///< that it is slow: 1 - p of the round that shows it least
  std::string reason;     ///< empty where there is nothing to say
};

/// Below this, two measurements of one sound part differ by chance: what is left of noise in the
/// fast side on a shared machine. No spread is believed to be narrower.
inline constexpr double least_sigma = 0.015;
/// From so many peers on their own spread says how far sound parts are apart; of fewer, the MAD may
/// be anything.
inline constexpr int peers_with_known_spread = 4;

/// Decides over all parts of one family together. A part fails when it is slow by
/// `fail_deficit` in the first round and in every repeat, there are `confirmations` repeats, and
/// each round stands out statistically (one-sided, Benjamini-Hochberg over the family, by the
/// round that stands out least), also by how far the rounds of the family's parts lie apart.
/// Slow at first and in no repeat: pass, with a reason; so too where the part stays within the
/// known spread of its peers, unless that is too wide to judge by. Anything between: inconclusive.
[[nodiscard]] std::vector<Finding> decide(const std::vector<Part>& family,
                                          const JudgeOptions& options);

/// What a part could do, turn by turn. Turns of the same number were taken about the same time.
struct Series {
  std::vector<double> rates;  ///< by turn, from the fast side of its samples; at least one
  double uncertainty = 0;     ///< relative, of the whole; counts where there is one turn only
  double overall = 0;         ///< from the fast side of all samples: for people
};

/// The series of a record whose samples did `work` each (bytes or operations).
[[nodiscard]] Series series_of(const Record& record, double work);

/// Several series (at least one) as one: `summary` of their rates, turn by turn and overall.
using Summary = double (*)(std::span<const double> rates);
[[nodiscard]] Series combine(const std::vector<const Series*>& series, Summary summary);

/// Compares a part with its peers (at least one): turn by turn where turns agree; otherwise that or
/// the fast side of all samples, whichever is better, as disturbances only slow. Sigma is what that one leaves in
/// doubt, or the peers' own spread, or least_sigma, whichever is greatest.
[[nodiscard]] Comparison compare_with(const Series& own, const std::vector<const Series*>& peers);

/// "12 %".
[[nodiscard]] std::string percent(double share);

}  // namespace assay::results
