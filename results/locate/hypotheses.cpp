#include "results/locate/hypotheses.hpp"

#include <algorithm>
#include <cmath>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// A part that is as slow as a fault but not convicted is only spoken of when chance would show
/// one like it in fewer than one of so many sound networks.
constexpr double chance_of_undecided = 0.01;
/// So rarely may disturbances alone make one of all that was tested look like a fault in every
/// round: what disturbs is no normal noise, and its size says nothing.
constexpr double chance_of_disturbed = 0.001;

using State = SlowPart::State;

}  // namespace

Judge::Judge(const LinkMeasurements& measured, const LocateOptions& options)
    : options_{options},
      thresholds_{options},
      last_{static_cast<int>(measured.repeats.size()) >= options.repeats_at_most} {}

bool Judge::let_go(const Hypothesis& hypothesis) const {
  const Evidence& evidence = hypothesis.evidence;
  return evidence.rounds > 0 && (evidence.mean > thresholds_.keep(hypothesis.error) ||
                                 evidence.fastest > thresholds_.sound_round(evidence.round_error));
}

std::vector<std::optional<State>> Judge::states(const Family& family) const {
  const auto convicted = convict(family);
  std::vector<std::optional<State>> states;
  for (std::size_t i = 0; i < convicted.size(); ++i) {
    if (convicted[i])
      states.emplace_back(State::convicted);
    else if (!last_)
      states.emplace_back(State::suspected);
    else if (is_undecided(family.hypotheses[i], family.tested))
      states.emplace_back(State::undecided);
    else
      states.emplace_back();
  }
  return states;
}

/// Slow in every round, or in all alike: some may have been disturbed, and that only slows.
bool Judge::is_slow(const Evidence& evidence) const {
  if (evidence.rounds < 2) return false;
  const auto clearly = [&](double error) {
    return std::min<double>(thresholds_.warn, -Thresholds::z_of_a_round * error);
  };
  const double apart = Thresholds::z_of_a_round * evidence.round_error;
  return evidence.mean <= thresholds_.warn &&
         evidence.without_worst <= clearly(evidence.round_error / std::sqrt(evidence.rounds - 1)) &&
         (evidence.fastest <= clearly(evidence.round_error) ||
          evidence.fastest <= evidence.median + apart);
}
std::vector<bool> Judge::convict(const Family& family) const {
  std::vector<double> p;
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < family.hypotheses.size(); ++i) {
    const Hypothesis& hypothesis = family.hypotheses[i];
    const double disturbed = hypothesis.chance_disturbed * static_cast<double>(family.tested);
    if (!hypothesis.enough || !is_slow(hypothesis.evidence) || disturbed > chance_of_disturbed)
      continue;
    p.push_back(hypothesis.p);
    candidates.push_back(i);
  }
  // The rate is shared out over the looks; and over all others, whose p is taken for 1.
  const std::size_t all = std::max(family.tested, family.hypotheses.size() + family.untested);
  const double rate = options_.false_discovery_rate / options_.repeats_at_most *
                      static_cast<double>(p.size()) / static_cast<double>(all);
  const std::vector<bool> rejected = benjamini_hochberg(p, rate);
  std::vector<bool> convicted(family.hypotheses.size(), false);
  for (std::size_t i = 0; i < candidates.size(); ++i) convicted[candidates[i]] = rejected[i];
  return convicted;
}

bool Judge::is_undecided(const Hypothesis& hypothesis, std::size_t tested) const {
  const double mean = hypothesis.evidence.mean;
  // Few rounds say nothing of what disturbs.
  const double chance =
      hypothesis.enough ? std::max(hypothesis.p, hypothesis.chance_disturbed) : hypothesis.p;
  return mean <= thresholds_.warn &&
         mean <= thresholds_.fail + Thresholds::z_let_go * hypothesis.error &&
         chance * static_cast<double>(tested) <= chance_of_undecided;
}

bool Judge::is_slow_as_others(const Hypothesis& hypothesis) const {
  const Evidence& evidence = hypothesis.evidence;
  return hypothesis.enough && evidence.mean <= thresholds_.warn &&
         evidence.without_worst <= thresholds_.warn &&
         hypothesis.p <= options_.false_discovery_rate / options_.repeats_at_most;
}

}  // namespace assay::results
