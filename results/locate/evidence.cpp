#include "results/locate/evidence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

#include "results/locate/suspect_links.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// From here on Student's t is the normal distribution, to what matters here.
constexpr double many_degrees = 300;

/// A sample of a suspect's link, without what other suspects explain.
struct Witness {
  const Sample* sample;
  double value;
  bool clean;
};

using SamplePointers = std::vector<const Sample*>;

/// The samples of links that some suspect covers, by sender and by receiver: there may be many of
/// both, samples and suspects.
class CoveredSamples {
 public:
  CoveredSamples(std::span<const Sample> samples, const Levels& levels, const LinkSpace& space)
      : space_{&space}, leaves_{nodes_by_leaf(space)} {
    for (auto& by_node : by_end_) by_node.resize(static_cast<std::size_t>(space.nodes));
    for (const Sample& sample : samples) {
      if (levels.explained(sample.link) >= 0) continue;
      by_end_[0][static_cast<std::size_t>(sample.link.from)].push_back(&sample);
      by_end_[1][static_cast<std::size_t>(sample.link.to)].push_back(&sample);
    }
  }

  /// Those that this suspect covers, in the order of the samples.
  [[nodiscard]] SamplePointers of(const SlowSet& suspect) const {
    SamplePointers found;
    const auto add = [&](int node) {
      std::ranges::copy_if(
          at(suspect.direction, node), std::back_inserter(found),
          [&](const Sample* sample) { return covers(suspect, *space_, sample->link); });
    };
    if (is_of_one_node(suspect.shape))
      add(suspect.subject);
    else
      std::ranges::for_each(leaves_[static_cast<std::size_t>(suspect.subject)], add);
    if (!std::ranges::is_sorted(found)) std::ranges::sort(found);  // they lie in one piece
    return found;
  }

 private:
  [[nodiscard]] static bool is_of_one_node(Shape shape) {
    return shape == Shape::end || shape == Shape::node_across || shape == Shape::from_node;
  }
  [[nodiscard]] const SamplePointers& at(Direction direction, int node) const {
    return by_end_[static_cast<std::size_t>(direction)][static_cast<std::size_t>(node)];
  }

  const LinkSpace* space_;
  std::vector<std::vector<int>> leaves_;
  std::array<std::vector<SamplePointers>, 2> by_end_;
};

std::vector<Witness> witnesses(const SlowSet& suspect, const RailLook& look,
                               const SamplePointers& covered, float warn) {
  std::vector<Witness> found;
  for (const Sample* sample : covered) {
    const float others = look.levels.explained(sample->link, &suspect);
    if (!may_tell_of(suspect, others) && !tells_of(suspect, others, warn)) continue;
    found.push_back(
        {sample, static_cast<double>(sample->value) - others, tells_of(suspect, others, warn)});
  }
  const bool any_clean =
      std::any_of(found.begin(), found.end(), [](const Witness& witness) { return witness.clean; });
  if (any_clean) std::erase_if(found, [](const Witness& witness) { return !witness.clean; });
  return found;
}

RoundValue round_value(const std::vector<const Witness*>& witnesses, const LinkSpace& space,
                       const NoiseByClass& noise) {
  std::vector<double> values;
  double variance = 0;
  double drift = 0;
  for (const Witness* witness : witnesses) {
    values.push_back(witness->value);
    const double sigma = noise[index(class_of(space, witness->sample->link))].sigma;
    variance = std::max(variance, sigma * sigma);
    drift = std::max<double>(drift, witness->sample->drift_variance);
  }
  // A median of more than two normal values has pi/2 times the variance of their mean.
  const double factor = values.size() > 2 ? std::numbers::pi / 2 : 1;
  return {median(values), factor * variance / static_cast<double>(values.size()) + drift};
}

SuspectEvidence evidence_of_suspect(const std::vector<Witness>& witnesses, const SlowSet& suspect,
                                    const LinkSpace& space, const NoiseByClass& noise, float warn) {
  std::map<int, std::vector<const Witness*>> by_round;
  std::map<int, std::vector<double>> by_partner;
  std::map<int, std::vector<double>> by_own_node;
  double degrees = 0;
  for (const Witness& witness : witnesses) {
    const LinkId& link = witness.sample->link;
    by_round[witness.sample->round].push_back(&witness);
    by_partner[partner_in(suspect, link)].push_back(witness.value);
    by_own_node[own_node_in(suspect, link)].push_back(witness.value);
    degrees = noise[index(class_of(space, link))].degrees_of_freedom;
  }
  std::vector<RoundValue> rounds;
  for (const auto& [round, of_round] : by_round)
    rounds.push_back(round_value(of_round, space, noise));
  SuspectEvidence found;
  found.evidence = evidence_of(rounds);
  found.evidence.degrees_of_freedom = degrees;
  for (const auto& [partner, values] : by_partner)
    if (median(values) <= warn) found.confirming.push_back(partner);
  for (const auto& [node, values] : by_own_node)
    if (median(values) <= warn) ++found.own_nodes;
  return found;
}

}  // namespace

double Evidence::p() const {
  if (rounds == 0) return 1;
  const double z = mean / error;
  return degrees_of_freedom > many_degrees ? lower_tail(z) : lower_tail(z, degrees_of_freedom);
}

Evidence evidence_of(std::span<RoundValue> rounds) {
  Evidence found;
  found.rounds = static_cast<int>(rounds.size());
  if (rounds.empty()) return found;
  std::ranges::sort(rounds, {}, &RoundValue::value);
  double sum = 0;
  double variance = 0;
  for (const RoundValue& round : rounds) {
    sum += round.value;
    variance += round.variance;
  }
  const auto count = static_cast<double>(rounds.size());
  found.mean = sum / count;
  found.without_worst = count > 1 ? (sum - rounds.front().value) / (count - 1) : found.mean;
  found.fastest = rounds.back().value;
  found.median =
      std::midpoint(rounds[(rounds.size() - 1) / 2].value, rounds[rounds.size() / 2].value);
  found.round_error = std::sqrt(variance / count);
  found.error = std::sqrt(variance) / count;
  return found;
}

std::vector<SuspectEvidence> evidence_of_suspects(const RailLook& look, const LinkSpace& space,
                                                  std::span<const Sample> samples_of_rail,
                                                  const NoiseByClass& noise, float warn) {
  const CoveredSamples covered{samples_of_rail, look.levels, space};
  std::vector<SuspectEvidence> found;
  for (const SlowSet& suspect : look.suspects) {
    const auto telling = witnesses(suspect, look, covered.of(suspect), warn);
    found.push_back(evidence_of_suspect(telling, suspect, space, noise, warn));
  }
  return found;
}

}  // namespace assay::results
