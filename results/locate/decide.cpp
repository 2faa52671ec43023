#include "results/locate/decide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "results/locate/evidence.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// A part that is as slow as a fault but not convicted is only spoken of when chance would show
/// one like it in fewer than one of so many sound networks.
constexpr double chance_of_undecided = 0.01;

double deficit_of(double level) { return -std::expm1(level); }

/// What decides about one part.
struct Hypothesis {
  Evidence evidence;
  bool enough = false;  ///< rounds and partners for a conviction
  double error = 0;     ///< of the evidence, with the spread of sound parts
  double p = 1;
};

/// Hypotheses of one kind. The false discovery rate is controlled within it: a cable that slows
/// a thousand links would let a few others be convicted beside it by chance.
struct Family {
  std::vector<Hypothesis> hypotheses;
  std::size_t tested = 0;    ///< by repeats, these and those let go
  std::size_t untested = 0;  ///< not yet measured again
};

using State = SlowPart::State;

class Judge {
 public:
  Judge(const LinkMeasurements& measured, const LocateOptions& options)
      : options_{options},
        thresholds_{options},
        last_{static_cast<int>(measured.repeats.size()) >= options.repeats_at_most} {}

  /// True where nothing more is measured.
  [[nodiscard]] bool is_last() const { return last_; }

  [[nodiscard]] bool let_go(const Hypothesis& hypothesis) const {
    const Evidence& evidence = hypothesis.evidence;
    return evidence.rounds > 0 &&
           (evidence.mean > thresholds_.keep(hypothesis.error) ||
            evidence.fastest > thresholds_.sound_round(evidence.round_error));
  }

  /// A state is missing where the part is let go.
  [[nodiscard]] std::vector<std::optional<State>> states(const Family& family) const {
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
  [[nodiscard]] bool is_slow(const Evidence& evidence) const {
    if (evidence.rounds < 2) return false;
    const auto clearly = [&](double error) {
      return std::min<double>(thresholds_.warn, -Thresholds::z_of_a_round * error);
    };
    const double apart = Thresholds::z_of_a_round * evidence.round_error;
    return evidence.mean <= thresholds_.warn &&
           evidence.without_worst <=
               clearly(evidence.round_error / std::sqrt(evidence.rounds - 1)) &&
           (evidence.fastest <= clearly(evidence.round_error) ||
            evidence.fastest <= evidence.median + apart);
  }
  [[nodiscard]] const Thresholds& thresholds() const { return thresholds_; }

 private:
  [[nodiscard]] std::vector<bool> convict(const Family& family) const {
    std::vector<double> p;
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < family.hypotheses.size(); ++i) {
      const Hypothesis& hypothesis = family.hypotheses[i];
      if (!hypothesis.enough || !is_slow(hypothesis.evidence)) continue;
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

bool needs_two_own_nodes(Shape shape) { return shape == Shape::uplink || shape == Shape::block; }

/// p against noise and the spread of sound parts.
double p_with_error(Evidence evidence, double error) {
  evidence.error = error;
  return evidence.p();
}

std::span<const Sample> of_rail(std::span<const Sample> samples, int rail) {
  const auto begin = std::partition_point(samples.begin(), samples.end(),
                                          [&](const Sample& one) { return one.link.rail < rail; });
  const auto end = std::partition_point(begin, samples.end(),
                                        [&](const Sample& one) { return one.link.rail == rail; });
  return {begin, end};
}

constexpr std::size_t shapes = 6;

/// The suspects of one shape.
struct SuspectFamily : Family {
  std::vector<DecidedSuspect> suspects;
};
struct PathFamily : Family {
  std::vector<DecidedPath> paths;
  std::vector<DecidedPath> untested_paths;
};

void add_suspects(const RailLook& look, const LinkSpace& space, std::span<const Sample> samples,
                  const NoiseByClass& noise, const LocateOptions& options, const Judge& judge,
                  std::array<SuspectFamily, shapes>& families) {
  const auto found = evidence_of_suspects(look, space, samples, noise, judge.thresholds().warn);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const SlowSet& suspect = look.suspects[i];
    SuspectFamily& family = families[static_cast<std::size_t>(suspect.shape)];
    ++family.tested;
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
    family.hypotheses.push_back(hypothesis);
    family.suspects.push_back(
        {suspect, State::suspected, deficit_of(level), 1 - hypothesis.p, found[i].confirming});
  }
}

/// A link that was measured again.
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

/// False where the mean of a link's repeats lets it go: most are settled here.
bool may_be_slow(std::span<const Sample> samples, float explained, double sigma,
                 const Thresholds& thresholds) {
  double sum = 0;
  double variance = 0;
  for (const Sample& sample : samples) {
    sum += static_cast<double>(sample.value) - explained;
    variance += sigma * sigma + sample.drift_variance;
  }
  const auto rounds = static_cast<double>(samples.size());
  return sum / rounds <= thresholds.keep(std::sqrt(variance) / rounds);
}

void add_paths(const LinkMeasurements& measured, const RailLook& look,
               std::span<const Sample> samples, const NoiseByClass& noise,
               const LocateOptions& options, const Judge& judge, PathFamily& family) {
  std::vector<RoundValue> rounds;
  std::vector<LinkId> repeated;
  for_each_link(samples, [&](std::span<const Sample> of_link) {
    const LinkId link = of_link.front().link;
    repeated.push_back(link);
    const auto kind = index(class_of(measured.space, link));
    const double sigma = noise[kind].sigma;
    const float explained = look.levels.explained(link);
    if (!may_be_slow(of_link, explained, sigma, judge.thresholds())) return;
    Hypothesis hypothesis =
        judge_link(of_link, explained, sigma, noise[kind].degrees_of_freedom, options, rounds);
    const double first = log_rate(measured.first.at(link)) - look.reference[kind] - explained;
    // A link that was faster in the first round is not as slow as disturbed repeats make it.
    hypothesis.evidence.fastest = std::fmax(hypothesis.evidence.fastest, first);
    if (judge.let_go(hypothesis) || together_let_go(hypothesis, first, sigma, judge.thresholds()))
      return;
    hypothesis.p = hypothesis.evidence.p();
    family.paths.push_back(
        {link, State::suspected, 1 - hypothesis.p, static_cast<float>(hypothesis.evidence.mean)});
    family.hypotheses.push_back(hypothesis);
  });
  family.tested += repeated.size();
  auto next = repeated.begin();
  for (const SlowLink& slow : look.slow) {
    while (next != repeated.end() && *next < slow.link) ++next;
    if (next != repeated.end() && *next == slow.link) continue;
    family.untested_paths.push_back({slow.link, State::suspected, 0, slow.level});
  }
  family.untested = family.untested_paths.size();
}

/// Those that are not let go, with their states.
template <class Decided>
void take_decided(const std::vector<std::optional<State>>& states, std::vector<Decided>& decided,
                  std::vector<Decided>& kept) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!states[i]) continue;
    decided[i].state = *states[i];
    kept.push_back(std::move(decided[i]));
  }
}

}  // namespace

Decision decide_locations(const LinkMeasurements& measured, const LocateOptions& options,
                          const Look& look, std::span<const Sample> samples,
                          const NoiseByClass& noise) {
  const Judge judge{measured, options};
  std::array<SuspectFamily, shapes> families;
  PathFamily paths;
  for (int rail = 0; rail < measured.space.rails; ++rail) {
    const auto own = of_rail(samples, rail);
    add_suspects(look.rail(rail), measured.space, own, noise, options, judge, families);
    add_paths(measured, look.rail(rail), own, noise, options, judge, paths);
  }
  Decision decision;
  for (SuspectFamily& family : families)
    take_decided(judge.states(family), family.suspects, decision.suspects);
  take_decided(judge.states(paths), paths.paths, decision.paths);
  if (!judge.is_last())
    decision.paths.insert(decision.paths.end(), paths.untested_paths.begin(),
                          paths.untested_paths.end());
  return decision;
}

}  // namespace assay::results
