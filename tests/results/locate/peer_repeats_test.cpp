#include "results/locate/peer_repeats.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "generated_fabric.hpp"
#include "results/locate/first_look.hpp"

namespace assay::results {
namespace {

/// All links of a sound network, measured once and then again so often.
class Repeated {
 public:
  Repeated(double outliers, int rounds) : network_{shape(outliers), {}, 1} {
    measured_ = network_.measure();
    std::vector<LinkId> links;
    for (int from = 0; from < nodes; ++from)
      for (int to = 0; to < nodes; ++to)
        if (from != to) links.push_back({from, to, 0});
    for (int round = 0; round < rounds; ++round)
      measured_.repeats.push_back(network_.measure_again(links));
    const auto [noise, first] = look_at_first(measured_, {});
    peers_ = {measured_, first, compare_repeats(measured_, first, noise)};
  }

  [[nodiscard]] const PeerRepeats& peers() const { return peers_; }

  static constexpr int nodes = 16;
  static constexpr double sigma = 0.01;

 private:
  static generated::Shape shape(double outliers) {
    generated::Shape shape;
    shape.nodes = nodes;
    shape.noise = sigma;
    shape.outliers = outliers;
    return shape;
  }

  generated::Network network_;
  LinkMeasurements measured_;
  PeerRepeats peers_;
};

constexpr Noise known{Repeated::sigma, 100};

TEST(PeerRepeats, LeaveTheNoiseAloneThatTheyShow) {
  const Repeated repeated{0, 2};
  EXPECT_EQ(repeated.peers().noise(LinkClass::within, known).sigma, known.sigma);
  EXPECT_EQ(repeated.peers().noise(LinkClass::within, known).degrees_of_freedom, 100);
}

TEST(PeerRepeats, ShowWhatDisturbsNowAndThen) {
  const Noise noise = Repeated{0.1, 2}.peers().noise(LinkClass::within, known);
  EXPECT_GT(noise.sigma, 3 * known.sigma);
  EXPECT_LT(noise.sigma, 0.5);
}

TEST(PeerRepeats, AClassWithoutAnyTakesTheOthers) {
  const Repeated repeated{0.1, 2};
  EXPECT_EQ(repeated.peers().noise(LinkClass::across, known).sigma,
            repeated.peers().noise(LinkClass::within, known).sigma);
}

double chance(const Repeated& repeated, std::vector<double> levels) {
  std::vector<RoundValue> rounds;
  for (const double level : levels) rounds.push_back({level, 0});
  return repeated.peers().chance_of(LinkClass::within, rounds);
}

TEST(PeerRepeats, MakeSlowRoundsUnlikelyByHowManyThereAre) {
  const Repeated repeated{0, 1};
  constexpr double peers = Repeated::nodes * (Repeated::nodes - 1);  // about: some looked slow
  EXPECT_NEAR(chance(repeated, {-0.5}), 2 / peers, 0.2 * 2 / peers);
  EXPECT_NEAR(chance(repeated, {-0.5, -0.5}), 2 / peers / peers, 2 / peers / peers);
  EXPECT_GE(chance(repeated, {0.5, 0.5}), 1);
  EXPECT_NEAR(chance(repeated, {0.0, 0.0}), 2 * 0.25, 0.1);
}

TEST(PeerRepeats, MakeOneRoundOfSeveralNoWordAgainstTheOthers) {
  const Repeated repeated{0, 1};
  constexpr double slow = -3.6 * Repeated::sigma;
  constexpr double less = -1.5 * Repeated::sigma;
  EXPECT_LT(chance(repeated, {slow, slow, slow, slow, slow, less}), 1e-7);
}

TEST(PeerRepeats, FindDisturbedRoundsLikelyWhereMostAre) {
  EXPECT_GT(chance(Repeated{0.3, 2}, {-0.1, -0.1}), 0.01);
  EXPECT_LT(chance(Repeated{0, 2}, {-0.1, -0.1}), 0.0001);
}

TEST(PeerRepeats, SayNothingWhereThereAreNone) {
  EXPECT_EQ(PeerRepeats{}.chance_of(LinkClass::within, {}), 0);
  EXPECT_EQ(PeerRepeats{}.noise(LinkClass::across, known).sigma, known.sigma);
}

}  // namespace
}  // namespace assay::results
