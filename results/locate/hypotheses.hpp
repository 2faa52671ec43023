#pragma once

#include <optional>
#include <vector>

#include "results/locate/evidence.hpp"
#include "results/locate/thresholds.hpp"

namespace assay::results {

/// What decides about one part.
struct Hypothesis {
  Evidence evidence;
  bool enough = false;  ///< rounds and partners for a conviction
  double error = 0;     ///< of the evidence, with the spread of sound parts
  double p = 1;
  /// That its rounds were disturbed, as repeats of sound links were.
  double chance_disturbed = 0;
};

/// Hypotheses of one kind. The false discovery rate is controlled within it: a cable that slows
/// a thousand links would let a few others be convicted beside it by chance.
struct Family {
  std::vector<Hypothesis> hypotheses;
  std::size_t tested = 0;    ///< by repeats, these and those let go
  std::size_t untested = 0;  ///< not yet measured again
};

/// Decides by what repeats showed.
class Judge {
 public:
  Judge(const LinkMeasurements& measured, const LocateOptions& options);

  /// True where nothing more is measured.
  [[nodiscard]] bool is_last() const { return last_; }
  [[nodiscard]] const Thresholds& thresholds() const { return thresholds_; }

  [[nodiscard]] bool let_go(const Hypothesis& hypothesis) const;
  /// A state is missing where the part is let go.
  [[nodiscard]] std::vector<std::optional<SlowPart::State>> states(const Family& family) const;
  /// True where it is slow enough for a conviction beside the same part on most other rails: the
  /// only one tested, and not let go because one round was fast.
  [[nodiscard]] bool is_slow_as_others(const Hypothesis& hypothesis) const;

 private:
  [[nodiscard]] bool is_slow(const Evidence& evidence) const;
  [[nodiscard]] std::vector<bool> convict(const Family& family) const;
  [[nodiscard]] bool is_undecided(const Hypothesis& hypothesis, std::size_t tested) const;

  const LocateOptions& options_;
  Thresholds thresholds_;
  bool last_;
};

}  // namespace assay::results
