#include "results/locate/decide_paths.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

namespace assay::results {

namespace {

using State = SlowPart::State;

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

class Paths {
 public:
  Paths(const LinkMeasurements& measured, const LocateOptions& options, const Look& look,
        const RepeatedRounds& repeats, const Judge& judge)
      : measured_{measured},
        options_{options},
        look_{look},
        samples_{repeats.samples},
        peers_{repeats.peers},
        noise_{repeats.noise},
        judge_{judge} {}

  void add_rail(int rail) {
    std::vector<LinkId> repeated;
    for_each_link(of_rail(samples_, rail), [&](std::span<const Sample> of_link) {
      repeated.push_back(of_link.front().link);
      add_repeated(of_link);
    });
    family_.tested += repeated.size();
    auto next = repeated.begin();
    for (const SlowLink& slow : look_.rail(rail).slow) {
      while (next != repeated.end() && *next < slow.link) ++next;
      if (next != repeated.end() && *next == slow.link) continue;
      untested_.push_back({slow.link, State::suspected, 0, slow.level});
    }
  }

  /// Of links that most rails keep, those of the other rails are kept, too, as long as they are not
  /// faster.
  void keep_with_other_rails() {
    if (measured_.space.rails < 2) return;
    const auto counts = count_rails([](std::size_t) { return true; });
    std::map<std::pair<int, int>, std::map<int, double>> links;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      const LinkId& link = paths_[i].link;
      if (on_most_rails(counts, link))
        links[{link.from, link.to}][link.rail] = family_.hypotheses[i].evidence.mean;
    }
    for (int rail = 0; rail < measured_.space.rails; ++rail)
      for (const auto& [ends, kept] : links) {
        if (kept.count(rail) > 0) continue;
        double sum = 0;
        for (const auto& [other, mean] : kept) sum += mean;
        keep({ends.first, ends.second, rail}, sum / static_cast<double>(kept.size()));
      }
  }

  [[nodiscard]] std::vector<DecidedPath> decided() {
    family_.untested = untested_.size();
    auto states = judge_.states(family_);
    if (measured_.space.rails > 1) convict_with_other_rails(states);
    std::vector<DecidedPath> decided;
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (!states[i]) continue;
      decided.push_back(paths_[i]);
      decided.back().state = *states[i];
    }
    if (!judge_.is_last()) decided.insert(decided.end(), untested_.begin(), untested_.end());
    return decided;
  }

 private:
  using Counts = std::vector<std::uint8_t>;

  [[nodiscard]] std::size_t cell(const LinkId& link) const {
    return static_cast<std::size_t>(link.from) * static_cast<std::size_t>(measured_.space.nodes) +
           static_cast<std::size_t>(link.to);
  }

  /// Of each link, on how many rails its path is one that counts.
  template <class Counting>
  [[nodiscard]] Counts count_rails(const Counting& counting) const {
    const auto nodes = static_cast<std::size_t>(measured_.space.nodes);
    Counts counts(nodes * nodes);
    for (std::size_t i = 0; i < paths_.size(); ++i)
      if (counting(i)) ++counts[cell(paths_[i].link)];
    return counts;
  }

  [[nodiscard]] bool on_most_rails(const Counts& counts, const LinkId& link) const {
    return 2 * counts[cell(link)] > measured_.space.rails && counts[cell(link)] >= 2;
  }

  [[nodiscard]] double sigma_of(const LinkId& link) const {
    return noise_[index(class_of(measured_.space, link))].sigma;
  }

  /// What the first round showed of a link.
  [[nodiscard]] double first_of(const LinkId& link, float explained) const {
    const auto kind = index(class_of(measured_.space, link));
    return log_rate(measured_.first.at(link)) - look_.rail(link.rail).reference[kind] - explained;
  }

  [[nodiscard]] Hypothesis hypothesis_of(std::span<const Sample> of_link, float explained) {
    const LinkId& link = of_link.front().link;
    const auto kind = index(class_of(measured_.space, link));
    Hypothesis found = judge_link(of_link, explained, noise_[kind].sigma,
                                  noise_[kind].degrees_of_freedom, options_, rounds_);
    // A link that was faster in the first round is not as slow as disturbed repeats make it.
    found.evidence.fastest = std::fmax(found.evidence.fastest, first_of(link, explained));
    found.chance_disturbed = peers_.chance_of(class_of(measured_.space, link), rounds_);
    return found;
  }

  void add_repeated(std::span<const Sample> of_link) {
    const LinkId& link = of_link.front().link;
    const double sigma = sigma_of(link);
    const float explained = look_.rail(link.rail).levels.explained(link);
    if (!may_be_slow(of_link, explained, sigma, judge_.thresholds())) return;
    const Hypothesis hypothesis = hypothesis_of(of_link, explained);
    if (judge_.let_go(hypothesis) ||
        together_let_go(hypothesis, first_of(link, explained), sigma, judge_.thresholds()))
      return;
    add(link, hypothesis);
  }

  void add(const LinkId& link, Hypothesis hypothesis) {
    hypothesis.p = hypothesis.evidence.p();
    paths_.push_back(
        {link, State::suspected, 1 - hypothesis.p, static_cast<float>(hypothesis.evidence.mean)});
    family_.hypotheses.push_back(hypothesis);
  }

  void keep(const LinkId& link, double level_of_others) {
    const RailLook& look = look_.rail(link.rail);
    const auto of_link = std::ranges::equal_range(samples_, link, before_in_memory, &Sample::link);
    if (of_link.empty()) {
      if (measured_.first.has(link) && look.is_sound(link))
        untested_.push_back({link, State::suspected, 0, 0});
      return;
    }
    const Hypothesis hypothesis =
        hypothesis_of({of_link.begin(), of_link.end()}, look.levels.explained(link));
    const double apart = hypothesis.evidence.mean - level_of_others;
    if (apart <= Thresholds::z_of_a_round * hypothesis.error) add(link, hypothesis);
  }

  /// Where most rails of a link are convicted, others are tested apart: they are few.
  void convict_with_other_rails(std::vector<std::optional<State>>& states) const {
    const auto counts = count_rails([&](std::size_t i) { return states[i] == State::convicted; });
    for (std::size_t i = 0; i < states.size(); ++i)
      if (on_most_rails(counts, paths_[i].link) && judge_.is_slow_as_others(family_.hypotheses[i]))
        states[i] = State::convicted;
  }

  const LinkMeasurements& measured_;
  const LocateOptions& options_;
  const Look& look_;
  std::span<const Sample> samples_;
  const PeerRepeats& peers_;
  const NoiseByClass& noise_;
  const Judge& judge_;
  std::vector<RoundValue> rounds_;
  Family family_;
  std::vector<DecidedPath> paths_;  ///< of the family's hypotheses
  std::vector<DecidedPath> untested_;
};

}  // namespace

std::vector<DecidedPath> decide_paths(const LinkMeasurements& measured,
                                      const LocateOptions& options, const Look& look,
                                      const RepeatedRounds& rounds, const Judge& judge) {
  Paths paths{measured, options, look, rounds, judge};
  for (int rail = 0; rail < measured.space.rails; ++rail) paths.add_rail(rail);
  paths.keep_with_other_rails();
  return paths.decided();
}

}  // namespace assay::results
