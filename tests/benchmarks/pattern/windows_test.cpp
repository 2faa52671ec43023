#include "benchmarks/pattern/windows.hpp"

#include <gtest/gtest.h>

#include <set>

namespace assay::benchmarks {
namespace {

TEST(Windows, OfConsecutiveSamplesAndOfBlocksAllDiffer) {
  for (const int blocks : {1, 2, 3, 8, 30, 31, 64, 1000}) {
    const Windows windows{blocks};
    for (const std::uint64_t sample : {0, 1, 59, 60, 61, 1000}) {
      std::set<std::size_t> starts;
      for (const std::uint64_t which : {sample, sample + 1})
        for (int block = 0; block < blocks; ++block) starts.insert(windows.start(which, block));
      EXPECT_EQ(starts.size(), 2u * static_cast<std::size_t>(blocks)) << blocks << " at " << sample;
    }
  }
}

TEST(Windows, StayWithinTheirSlackAndOnLines) {
  for (const int blocks : {1, 5, 40}) {
    const Windows windows{blocks};
    std::size_t greatest = 0;
    for (std::uint64_t sample = 0; sample < 200; ++sample) {
      for (int block = 0; block < blocks; ++block) {
        EXPECT_EQ(windows.start(sample, block) % 64, 0u);
        greatest = std::max(greatest, windows.start(sample, block));
      }
    }
    EXPECT_EQ(greatest, windows.slack());
  }
}

}  // namespace
}  // namespace assay::benchmarks
