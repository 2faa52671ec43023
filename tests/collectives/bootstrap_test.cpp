#include "collectives/bootstrap.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>

#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::collectives {
namespace {

int number_in(const std::vector<std::byte>& bytes) {
  int value = -1;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

TEST(ThreadBootstrap, GathersEveryRanksBytesInRankOrder) {
  run_ranks(5, [](Bootstrap& bootstrap) {
    for (int round = 0; round < 20; ++round) {
      const int mine = 100 * round + bootstrap.rank();
      const auto all = bootstrap.all_gather(std::as_bytes(std::span{&mine, 1}));
      ASSERT_EQ(all.size(), 5u);
      for (int rank = 0; rank < 5; ++rank)
        EXPECT_EQ(number_in(all[static_cast<std::size_t>(rank)]), 100 * round + rank);
    }
  });
}

TEST(ThreadBootstrap, GathersDifferentLengths) {
  run_ranks(3, [](Bootstrap& bootstrap) {
    const std::vector<std::byte> mine(static_cast<std::size_t>(bootstrap.rank()));
    const auto all = bootstrap.all_gather(mine);
    for (std::size_t rank = 0; rank < 3; ++rank) EXPECT_EQ(all[rank].size(), rank);
  });
}

TEST(ThreadBootstrap, BarrierHoldsUntilAllHaveEntered) {
  std::atomic<int> entered{0};
  run_ranks(4, [&](Bootstrap& bootstrap) {
    for (int round = 1; round <= 50; ++round) {
      ++entered;
      bootstrap.barrier();
      EXPECT_GE(entered.load(), 4 * round);
      bootstrap.barrier();
    }
  });
}

TEST(ThreadBootstrap, SplitsIntoGroupsRankedAsBefore) {
  run_ranks(5, [](Bootstrap& bootstrap) {
    const bool resting = bootstrap.rank() == 4;
    const auto group = bootstrap.split(resting ? Bootstrap::no_group : bootstrap.rank() % 2);
    if (resting) {
      EXPECT_EQ(group, nullptr);
      return;
    }
    ASSERT_NE(group, nullptr);
    EXPECT_EQ(group->size(), 2);
    EXPECT_EQ(group->rank(), bootstrap.rank() / 2);
    const int mine = bootstrap.rank();
    const auto all = group->all_gather(std::as_bytes(std::span{&mine, 1}));
    EXPECT_EQ(number_in(all[0]), bootstrap.rank() % 2);
    EXPECT_EQ(number_in(all[1]), bootstrap.rank() % 2 + 2);
  });
}

}  // namespace
}  // namespace assay::collectives
