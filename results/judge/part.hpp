#pragma once

#include <string>
#include <vector>

#include "results/judge.hpp"
#include "results/judge/series.hpp"
#include "results/verdict.hpp"

namespace assay::results {

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

/// "12 %".
[[nodiscard]] std::string percent(double share);

}  // namespace assay::results
