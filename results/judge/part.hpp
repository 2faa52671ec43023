#pragma once

#include <optional>
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

  [[nodiscard]] double deficit() const { return 1.0 - rate / reference; }
  /// Distance from the reference on the logarithmic scale, in sigmas; negative is slow.
  [[nodiscard]] double z() const;
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
  double confidence = 0;  ///< that it is slow: 1 - p of all rounds together
  std::string reason;     ///< empty where there is nothing to say
};

/// Below this, two measurements of one sound part differ by chance: what is left of noise in the
/// fast side on a shared machine. No spread is believed to be narrower.
inline constexpr double least_sigma = 0.015;

/// Decides over all parts of one family together. A part fails when it is slow by
/// `fail_deficit` in the first round and in every repeat, there are `confirmations` repeats, and
/// all rounds together stand out statistically (one-sided, Benjamini-Hochberg over the family).
/// Slow at first and in no repeat: pass, with a reason. Anything between: inconclusive.
[[nodiscard]] std::vector<Finding> decide(const std::vector<Part>& family,
                                          const JudgeOptions& options);

/// Relative half-width of what is known about a record's fast side: how much its low quantiles,
/// and those of its earlier and later samples, differ.
[[nodiscard]] double fast_uncertainty(const Record& record);

/// Compares `rate` with the median of `peers` (at least one): sigma is the peers' spread, or what
/// `uncertainty` says, or least_sigma, whichever is greatest.
[[nodiscard]] Comparison compare_with(double rate, double uncertainty,
                                      const std::vector<double>& peers);

/// "12 %".
[[nodiscard]] std::string percent(double share);

}  // namespace assay::results
