#include "benchmarks/peer_copy/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"

namespace assay::benchmarks::peer_copy {
namespace {

using collectives::device::Placement;
using testing::HasSubstr;

TEST(PairsInTurn, HaveEachOrderedPairOnce) {
  for (int ranks = 0; ranks <= 9; ++ranks) {
    std::set<std::pair<int, int>> seen;
    for (const auto& [device, peer] : pairs_in_turn(ranks, 0)) {
      EXPECT_NE(device, peer);
      EXPECT_TRUE(device >= 0 && device < ranks && peer >= 0 && peer < ranks);
      EXPECT_TRUE(seen.emplace(device, peer).second);
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(ranks * std::max(0, ranks - 1)));
  }
}

TEST(PairsInTurn, ComeInAnotherOrderEachTimeAndInTheSameOnAllProcesses) {
  EXPECT_NE(pairs_in_turn(8, 0), pairs_in_turn(8, 1));
  EXPECT_EQ(pairs_in_turn(8, 1), pairs_in_turn(8, 1));
}

Placement on_hosts(std::vector<std::string> hosts) {
  Placement placement;
  placement.devices.resize(hosts.size());
  placement.hosts = std::move(hosts);
  return placement;
}

TEST(RequirePairs, IsContentWithTwoRanksOnSomeHost) {
  EXPECT_NO_THROW(require_pairs(on_hosts({"a", "b", "b"}), 1));
}

TEST(RequirePairs, SaysInOneLineThatThereIsOneGpu) {
  try {
    require_pairs(on_hosts({"a"}), 1);
    FAIL() << "one GPU was enough";
  } catch (const UnavailableError& error) {
    EXPECT_STREQ(error.what(), "peer_copy is between GPUs of one host, and a has one");
  }
}

TEST(RequirePairs, SaysHowToUseMoreGpus) {
  try {
    require_pairs(on_hosts({"a", "b"}), 8);
    FAIL() << "one GPU a host was enough";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("uses one of 8; add -g 8"));
  }
}

}  // namespace
}  // namespace assay::benchmarks::peer_copy
