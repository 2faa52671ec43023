#include "results/locate/decide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "results/locate/decide_paths.hpp"
#include "results/locate/hypotheses.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

double deficit_of(double level) { return -std::expm1(level); }

using State = SlowPart::State;

bool needs_two_own_nodes(Shape shape) {
  return shape == Shape::uplink || shape == Shape::block || shape == Shape::fan;
}

/// p against noise and the spread of sound parts.
double p_with_error(Evidence evidence, double error) {
  evidence.error = error;
  return evidence.p();
}

constexpr std::size_t shapes = 7;

/// The suspects of one shape.
struct SuspectFamily : Family {
  std::vector<DecidedSuspect> suspects;
};

/// A suspect and what repeats tell of it.
struct TestedSuspect {
  DecidedSuspect decided;
  Hypothesis hypothesis;
  bool let_go = false;
};

void test_suspects(const RailLook& look, const LinkSpace& space, std::span<const Sample> samples,
                   const NoiseByClass& noise, const LocateOptions& options, const Judge& judge,
                   std::vector<TestedSuspect>& tested) {
  const auto found = evidence_of_suspects(look, space, samples, noise, judge.thresholds().warn);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const SlowSet& suspect = look.suspects[i];
    Hypothesis hypothesis{found[i].evidence, false, found[i].evidence.error, 1};
    if (suspect.shape == Shape::end)
      hypothesis.error =
          std::hypot(hypothesis.error, *std::max_element(look.spread.begin(), look.spread.end()));
    hypothesis.p = p_with_error(hypothesis.evidence, hypothesis.error);
    hypothesis.enough = hypothesis.evidence.rounds >= options.confirmations &&
                        std::ssize(found[i].confirming) >= options.confirmations &&
                        (!needs_two_own_nodes(suspect.shape) || found[i].own_nodes >= 2);
    const double level = hypothesis.evidence.rounds > 0 ? hypothesis.evidence.mean : suspect.level;
    DecidedSuspect decided{suspect, State::suspected, deficit_of(level), 1 - hypothesis.p,
                           found[i].confirming};
    tested.push_back({std::move(decided), hypothesis, judge.let_go(hypothesis)});
  }
}

/// What slows most rails of a part slows all of them alike, as a rule: one that is as slow as these
/// is not let go by chance.
void keep_with_other_rails(std::vector<TestedSuspect>& tested, int rails) {
  using Key = std::tuple<Shape, Direction, int, int>;
  std::map<Key, std::vector<TestedSuspect*>> parts;
  for (TestedSuspect& one : tested) {
    const SlowSet& suspect = one.decided.suspect;
    parts[{suspect.shape, suspect.direction, suspect.subject, suspect.peer}].push_back(&one);
  }
  for (const auto& [key, of_part] : parts) {
    double sum = 0;
    int kept = 0;
    for (const TestedSuspect* one : of_part) {
      if (one->let_go) continue;
      sum += one->hypothesis.evidence.mean;
      ++kept;
    }
    if (kept < 2 || 2 * kept <= rails) continue;
    for (TestedSuspect* one : of_part) {
      const double apart = one->hypothesis.evidence.mean - sum / kept;
      if (apart <= Thresholds::z_of_a_round * one->hypothesis.error) one->let_go = false;
    }
  }
}

std::array<SuspectFamily, shapes> families_of(std::vector<TestedSuspect> tested) {
  std::array<SuspectFamily, shapes> families;
  for (TestedSuspect& one : tested) {
    SuspectFamily& family = families[static_cast<std::size_t>(one.decided.suspect.shape)];
    ++family.tested;
    if (one.let_go) continue;
    family.hypotheses.push_back(one.hypothesis);
    family.suspects.push_back(std::move(one.decided));
  }
  return families;
}

/// Where most rails of a part are convicted, others are tested apart: they are few.
void convict_with_other_rails(const SuspectFamily& family, const Judge& judge, int rails,
                              std::vector<std::optional<State>>& states) {
  std::map<std::tuple<Direction, int, int>, int> convicted;
  const auto count_of = [&](std::size_t i) -> int& {
    const SlowSet& suspect = family.suspects[i].suspect;
    return convicted[{suspect.direction, suspect.subject, suspect.peer}];
  };
  for (std::size_t i = 0; i < states.size(); ++i)
    if (states[i] == State::convicted) ++count_of(i);
  for (std::size_t i = 0; i < states.size(); ++i)
    if (count_of(i) >= 2 && 2 * count_of(i) > rails && states[i] != State::convicted &&
        judge.is_slow_as_others(family.hypotheses[i]))
      states[i] = State::convicted;
}

/// Those that are not let go, with their states.
void take_decided(const std::vector<std::optional<State>>& states,
                  std::vector<DecidedSuspect>& decided, std::vector<DecidedSuspect>& kept) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!states[i]) continue;
    decided[i].state = *states[i];
    kept.push_back(std::move(decided[i]));
  }
}

}  // namespace

Decision decide_locations(const LinkMeasurements& measured, const LocateOptions& options,
                          const Look& look, const RepeatedRounds& rounds) {
  NoiseByClass noise = rounds.noise;
  for (const LinkClass kind : {LinkClass::within, LinkClass::across})
    noise[index(kind)] = rounds.peers.noise(kind, noise[index(kind)]);
  const Judge judge{measured, options};
  std::vector<TestedSuspect> tested;
  for (int rail = 0; rail < measured.space.rails; ++rail) {
    const auto own = of_rail(rounds.samples, rail);
    test_suspects(look.rail(rail), measured.space, own, noise, options, judge, tested);
  }
  keep_with_other_rails(tested, measured.space.rails);
  auto families = families_of(std::move(tested));
  Decision decision;
  for (SuspectFamily& family : families) {
    auto states = judge.states(family);
    convict_with_other_rails(family, judge, measured.space.rails, states);
    take_decided(states, family.suspects, decision.suspects);
  }
  decision.paths = decide_paths(measured, options, look, rounds, judge);
  return decision;
}

}  // namespace assay::results
