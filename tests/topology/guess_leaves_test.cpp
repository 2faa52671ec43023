#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "topology/fabric.hpp"

namespace assay::topology {
namespace {

using testing::ElementsAre;

/// Latencies of hosts whose leaves these are, with some noise upwards, as programs make it.
std::vector<double> latencies(const std::vector<int>& leaf_of, double near, double far,
                              unsigned seed = 1) {
  std::mt19937 random{seed};
  std::exponential_distribution<double> noise{50};  // 2 % on average
  const std::size_t hosts = leaf_of.size();
  std::vector<double> found(hosts * hosts, std::nan(""));
  for (std::size_t one = 0; one < hosts; ++one)
    for (std::size_t other = 0; other < one; ++other) {
      const double latency = (leaf_of[one] == leaf_of[other] ? near : far) * (1 + noise(random));
      found[one * hosts + other] = found[other * hosts + one] = latency;
    }
  return found;
}

TEST(GuessLeaves, SeesTwoLevels) {
  const std::vector<int> leaf_of{0, 1, 0, 1, 2, 2, 2};
  for (unsigned seed = 0; seed < 50; ++seed) {
    const auto leaves = guess_leaves(latencies(leaf_of, 1.2e-6, 1.8e-6, seed), leaf_of.size());
    ASSERT_TRUE(leaves);
    EXPECT_EQ(leaves->leaf_of, leaf_of);
    EXPECT_EQ(leaves->source, Fabric::Source::guessed);
    EXPECT_EQ(leaves->count(), 3);
  }
}

TEST(GuessLeaves, SeesNoneInOneLevel) {
  const std::vector<int> leaf_of(8, 0);
  for (unsigned seed = 0; seed < 50; ++seed)
    EXPECT_FALSE(guess_leaves(latencies(leaf_of, 1.2e-6, 1.2e-6, seed), leaf_of.size()));
}

TEST(GuessLeaves, TakesOneFarHostForNoLeaf) {
  const std::vector<int> leaf_of{0, 0, 0, 0, 0, 1};
  EXPECT_FALSE(guess_leaves(latencies(leaf_of, 1.2e-6, 2e-6), leaf_of.size()));
}

TEST(GuessLeaves, BearsADisturbedPairInALargeLeaf) {
  const std::vector<int> leaf_of{0, 0, 0, 0, 1, 1, 1, 1};
  auto latency = latencies(leaf_of, 1.2e-6, 1.8e-6);
  latency[0 * 8 + 1] = latency[1 * 8 + 0] = 9e-6;
  const auto leaves = guess_leaves(latency, leaf_of.size());
  ASSERT_TRUE(leaves);
  EXPECT_EQ(leaves->leaf_of, leaf_of);
}

TEST(GuessLeaves, WantsGroupsThatAreCloseThroughout) {
  // A chain: each host is close to the next one only.
  std::vector<double> latency(64, 2e-6);
  for (std::size_t host = 0; host + 1 < 8; ++host)
    if (host != 3) latency[host * 8 + host + 1] = latency[(host + 1) * 8 + host] = 1e-6;
  EXPECT_FALSE(guess_leaves(latency, 8));
}

TEST(GuessLeaves, NeedsLatenciesThatConnectAll) {
  const std::vector<int> leaf_of{0, 0, 1, 1};
  auto latency = latencies(leaf_of, 1e-6, 2e-6);
  for (std::size_t host = 0; host < 3; ++host)
    latency[host * 4 + 3] = latency[3 * 4 + host] = std::nan("");
  EXPECT_FALSE(guess_leaves(latency, 4));
  EXPECT_FALSE(guess_leaves({}, 0));
  EXPECT_FALSE(guess_leaves(std::vector<double>{0}, 1));
}

}  // namespace
}  // namespace assay::topology
