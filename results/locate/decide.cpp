#include "results/locate/decide.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>

#include "results/locate/evidence.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// A part that is as slow as a fault but not convicted is only spoken of when chance would show
/// one like it in fewer than one of so many sound networks.
constexpr double chance_of_undecided = 0.05;

double deficit_of(double level) { return -std::expm1(level); }

/// What decides about one part.
struct Hypothesis {
  Evidence evidence;
  bool enough = false;  ///< rounds and partners for a conviction
  double error = 0;     ///< of the evidence, with the spread of sound parts
  double p = 1;
};

class Judge {
 public:
  Judge(const LinkMeasurements& measured, const LocateOptions& options)
      : options_{options},
        thresholds_{options},
        last_{static_cast<int>(measured.repeats.size()) >= options.repeats_at_most} {}

  [[nodiscard]] bool let_go(const Hypothesis& hypothesis) const {
    return hypothesis.evidence.rounds > 0 &&
           hypothesis.evidence.mean > thresholds_.keep(hypothesis.error);
  }

  /// The states of all hypotheses, of which `tested` were measured again, these among them; a state
  /// is missing where the part is let go.
  [[nodiscard]] std::vector<std::optional<SlowPart::State>> states(
      const std::vector<Hypothesis>& hypotheses, std::size_t tested) const {
    const auto convicted = convict(hypotheses, tested);
    std::vector<std::optional<SlowPart::State>> states;
    for (std::size_t i = 0; i < hypotheses.size(); ++i) {
      if (convicted[i])
        states.emplace_back(SlowPart::State::convicted);
      else if (!last_)
        states.emplace_back(SlowPart::State::suspected);
      else if (is_undecided(hypotheses[i], tested))
        states.emplace_back(SlowPart::State::undecided);
      else
        states.emplace_back();
    }
    return states;
  }

  [[nodiscard]] bool is_slow(const Evidence& evidence) const {
    return evidence.mean <= thresholds_.warn && evidence.without_worst <= thresholds_.warn;
  }
  [[nodiscard]] const Thresholds& thresholds() const { return thresholds_; }

 private:
  [[nodiscard]] std::vector<bool> convict(const std::vector<Hypothesis>& hypotheses,
                                          std::size_t tested) const {
    std::vector<double> p;
    for (const Hypothesis& hypothesis : hypotheses)
      p.push_back(hypothesis.enough && is_slow(hypothesis.evidence) ? hypothesis.p : 1.0);
    // The rate is shared out over the looks; and over those tested and let go, whose p is taken
    // for 1.
    const double rate = options_.false_discovery_rate / options_.repeats_at_most *
                        static_cast<double>(p.size()) /
                        static_cast<double>(std::max(tested, p.size()));
    return benjamini_hochberg(p, rate);
  }

  [[nodiscard]] bool is_undecided(const Hypothesis& hypothesis, std::size_t tested) const {
    const double mean = hypothesis.evidence.mean;
    return mean <= thresholds_.warn &&
           mean <= thresholds_.fail + Thresholds::z_let_go * hypothesis.error &&
           hypothesis.p * static_cast<double>(tested) <= chance_of_undecided;
  }

  const LocateOptions& options_;
  Thresholds thresholds_;
  bool last_;
};

bool needs_two_own_nodes(Shape shape) {
  return shape == Shape::uplink || shape == Shape::block || shape == Shape::to_node;
}

/// p against noise and the spread of sound parts.
double p_with_error(Evidence evidence, double error) {
  evidence.error = error;
  return evidence.p();
}

std::span<const Sample> of_rail(std::span<const Sample> samples, int rail) {
  const auto [begin, end] = std::equal_range(
      samples.begin(), samples.end(), rail, [](const auto& one, const auto& other) {
        const auto rail_of = [](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, int>)
            return value;
          else
            return value.link.rail;
        };
        return rail_of(one) < rail_of(other);
      });
  return {begin, end};
}

struct Candidates {
  std::vector<Hypothesis> hypotheses;
  std::vector<DecidedSuspect> suspects;  ///< the first of the hypotheses
  std::vector<DecidedPath> paths;        ///< the others
  std::size_t tested = 0;
};

void add_suspects(const RailLook& look, const LinkSpace& space, std::span<const Sample> samples,
                  const NoiseByClass& noise, const LocateOptions& options, const Judge& judge,
                  Candidates& candidates) {
  const auto found = evidence_of_suspects(look, space, samples, noise, judge.thresholds().warn);
  candidates.tested += found.size();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Suspect& suspect = look.suspects[i];
    Hypothesis hypothesis{found[i].evidence, false, found[i].evidence.error, 1};
    if (suspect.shape == Shape::end)
      hypothesis.error =
          std::hypot(hypothesis.error, *std::max_element(look.spread.begin(), look.spread.end()));
    if (judge.let_go(hypothesis)) continue;
    hypothesis.p = p_with_error(hypothesis.evidence, hypothesis.error);
    hypothesis.enough = hypothesis.evidence.rounds >= options.confirmations &&
                        std::ssize(found[i].confirming) >= options.confirmations &&
                        (!needs_two_own_nodes(suspect.shape) || found[i].own_nodes >= 2);
    const double level = hypothesis.evidence.rounds > 0 ? hypothesis.evidence.mean : suspect.level;
    candidates.hypotheses.push_back(hypothesis);
    candidates.suspects.push_back({suspect, SlowPart::State::suspected, deficit_of(level),
                                   1 - hypothesis.p, found[i].confirming});
  }
}

/// A link that was measured again, and what it was in the first round.
Hypothesis judge_link(std::span<const Sample> samples, float explained, double sigma,
                      double degrees, const LocateOptions& options,
                      std::vector<RoundValue>& rounds) {
  rounds.clear();
  for (const Sample& sample : samples)
    rounds.push_back(
        {static_cast<double>(sample.value) - explained, sigma * sigma + sample.drift_variance});
  Hypothesis hypothesis{evidence_of(rounds), false, 0, 1};
  hypothesis.evidence.degrees_of_freedom = degrees;
  hypothesis.error = hypothesis.evidence.error;
  hypothesis.enough = hypothesis.evidence.rounds >= options.confirmations;
  return hypothesis;
}

/// All measurements of a link together, the first among them.
bool together_let_go(const Hypothesis& hypothesis, double first, double sigma,
                     const Thresholds& thresholds) {
  if (std::isnan(first)) return false;
  const double rounds = hypothesis.evidence.rounds;
  const double mean = (first + rounds * hypothesis.evidence.mean) / (rounds + 1);
  const double repeats = rounds * hypothesis.evidence.error;
  return mean > thresholds.keep(std::hypot(sigma, repeats) / (rounds + 1));
}

void add_paths(const LinkMeasurements& measured, const RailLook& look,
               std::span<const Sample> samples, const NoiseByClass& noise,
               const LocateOptions& options, const Judge& judge, Candidates& candidates) {
  std::vector<RoundValue> rounds;
  std::vector<LinkId> repeated;
  for_each_link(samples, [&](std::span<const Sample> of_link) {
    const LinkId link = of_link.front().link;
    repeated.push_back(link);
    const auto kind = index(class_of(measured.space, link));
    const double sigma = noise[kind].sigma;
    const float explained = look.levels.explained(link);
    Hypothesis hypothesis =
        judge_link(of_link, explained, sigma, noise[kind].degrees_of_freedom, options, rounds);
    const double first =
        std::log(static_cast<double>(measured.first.at(link))) - look.reference[kind] - explained;
    if (judge.let_go(hypothesis) || together_let_go(hypothesis, first, sigma, judge.thresholds()))
      return;
    hypothesis.p = hypothesis.evidence.p();
    candidates.paths.push_back(
        {link, SlowPart::State::suspected, deficit_of(hypothesis.evidence.mean), 1 - hypothesis.p});
    candidates.hypotheses.push_back(hypothesis);
  });
  candidates.tested += repeated.size();
  for (const SlowLink& slow : look.slow) {
    if (std::binary_search(repeated.begin(), repeated.end(), slow.link)) continue;
    candidates.paths.push_back({slow.link, SlowPart::State::suspected, deficit_of(slow.level), 0});
    candidates.hypotheses.emplace_back();
  }
}

}  // namespace

Decision decide_locations(const LinkMeasurements& measured, const LocateOptions& options,
                          const Look& look, std::span<const Sample> samples,
                          const NoiseByClass& noise) {
  const Judge judge{measured, options};
  Candidates candidates;
  for (int rail = 0; rail < measured.space.rails; ++rail)
    add_suspects(look.rail(rail), measured.space, of_rail(samples, rail), noise, options, judge,
                 candidates);
  for (int rail = 0; rail < measured.space.rails; ++rail)
    add_paths(measured, look.rail(rail), of_rail(samples, rail), noise, options, judge, candidates);
  const auto states = judge.states(candidates.hypotheses, candidates.tested);
  Decision decision;
  const std::size_t suspects = candidates.suspects.size();
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!states[i]) continue;
    if (i < suspects) {
      candidates.suspects[i].state = *states[i];
      decision.suspects.push_back(std::move(candidates.suspects[i]));
    } else {
      candidates.paths[i - suspects].state = *states[i];
      decision.paths.push_back(candidates.paths[i - suspects]);
    }
  }
  return decision;
}

}  // namespace assay::results
