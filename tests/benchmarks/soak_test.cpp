#include "benchmarks/soak.hpp"

#include <gmock/gmock.h>

#include <set>

namespace assay::benchmarks {
namespace {

TEST(SoakWindow, IsAHundredthWithinBounds) {
  EXPECT_EQ(soak_window(600_s), 6_s);
  EXPECT_EQ(soak_window(3_s), 2_s);
  EXPECT_EQ(soak_window(Seconds{86400}), 120_s);
}

TEST(RingRounds, HoldEveryLinkOnceInDisjointPairs) {
  EXPECT_TRUE(ring_rounds(1).empty());
  EXPECT_EQ(ring_rounds(2), (std::vector<topology::PairRound>{{{0, 1}}}));
  for (const int ranks : {3, 4, 5, 8, 33}) {
    std::set<std::pair<int, int>> links;
    for (const auto& round : ring_rounds(ranks)) {
      std::set<int> busy;
      for (const auto& [from, to] : round) {
        EXPECT_TRUE(busy.insert(from).second && busy.insert(to).second) << ranks;
        EXPECT_EQ(to, (from + 1) % ranks);
        EXPECT_TRUE(links.emplace(from, to).second);
      }
    }
    EXPECT_EQ(links.size(), static_cast<std::size_t>(ranks));
  }
}

}  // namespace
}  // namespace assay::benchmarks
