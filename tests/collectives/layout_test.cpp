#include "collectives/layout.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace assay::collectives {
namespace {

struct Case {
  std::size_t count;
  PlanShape shape;
  std::size_t block_elements;
  std::size_t alignment;
};

std::string describe(const Case& c) {
  return "count " + std::to_string(c.count) + ", segments " + std::to_string(c.shape.segments) +
         ", blocks " + std::to_string(c.shape.blocks) + ", block elements " +
         std::to_string(c.block_elements) + ", alignment " + std::to_string(c.alignment);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::size_t count : {0, 1, 2, 3, 15, 16, 17, 64, 100, 1000, 1023, 1024, 4096, 10007})
    for (const std::uint32_t segments : {1U, 2U, 3U, 7U})
      for (const std::uint32_t blocks : {1U, 2U, 5U, 16U})
        for (const std::size_t alignment : {1, 4, 16})
          for (const std::size_t units : {1, 3, 64})
            all.push_back({count, {segments, blocks}, alignment * units, alignment});
  return all;
}

Layout layout_of(const Case& c) { return {c.count, c.shape, c.block_elements, c.alignment}; }

template <class Visit>
void for_each_block(const Case& c, const Layout& layout, Visit visit) {
  for (std::uint32_t segment = 0; segment < c.shape.segments; ++segment)
    for (std::size_t chunk = 0; chunk < layout.chunks(); ++chunk)
      for (std::uint32_t block = 0; block < c.shape.blocks; ++block)
        visit(chunk, layout.block(segment, chunk, block));
}

TEST(Layout, CoversEachElementExactlyOnce) {
  for (const Case& c : cases()) {
    std::vector<int> covered(c.count, 0);
    for_each_block(c, layout_of(c), [&](std::size_t, ElementRange range) {
      ASSERT_LE(range.begin + range.count, c.count) << describe(c);
      for (std::size_t i = 0; i < range.count; ++i) ++covered[range.begin + i];
    });
    ASSERT_TRUE(std::ranges::all_of(covered, [](int times) { return times == 1; })) << describe(c);
  }
}

TEST(Layout, BlocksHoldAtMostWhatFitsAndAreFullBeforeTheLastChunk) {
  for (const Case& c : cases()) {
    const Layout layout = layout_of(c);
    for_each_block(c, layout, [&](std::size_t chunk, ElementRange range) {
      ASSERT_LE(range.count, c.block_elements) << describe(c);
      if (chunk + 1 < layout.chunks()) {
        // The buffer's last unit may be cut short, wherever it lies.
        ASSERT_GT(range.count + c.alignment, c.block_elements) << describe(c);
      }
    });
  }
}

TEST(Layout, SharesTheLastChunkEvenly) {
  for (const Case& c : cases()) {
    const Layout layout = layout_of(c);
    if (layout.chunks() == 0) continue;
    std::size_t least = c.count;
    std::size_t most = 0;
    for_each_block(c, layout, [&](std::size_t chunk, ElementRange range) {
      if (chunk + 1 != layout.chunks()) return;
      least = std::min(least, range.count);
      most = std::max(most, range.count);
    });
    // One unit between segments, one between blocks, and the buffer's last unit may be cut short.
    ASSERT_LE(most - least, 3 * c.alignment) << describe(c);
  }
}

TEST(Layout, AlignsInnerBoundsWhereEachBlockGetsSome) {
  for (const Case& c : cases()) {
    const std::size_t all_blocks = std::size_t{c.shape.segments} * c.shape.blocks;
    if (c.count < all_blocks * c.alignment) continue;
    for_each_block(c, layout_of(c), [&](std::size_t, ElementRange range) {
      if (range.begin != c.count) {
        ASSERT_EQ(range.begin % c.alignment, 0U) << describe(c);
      }
    });
  }
}

TEST(Layout, SpreadsASmallMessageOverAllSegmentsAndBlocks) {
  const Case c{.count = 12, .shape = {3, 4}, .block_elements = 1024, .alignment = 16};
  const Layout layout = layout_of(c);
  EXPECT_EQ(layout.chunks(), 1U);
  for_each_block(c, layout, [](std::size_t, ElementRange range) { EXPECT_EQ(range.count, 1U); });
}

TEST(Layout, OfAnEmptyBufferHasNoChunks) {
  EXPECT_EQ(Layout(0, {4, 5}, 1024, 16).chunks(), 0U);
  EXPECT_EQ(Layout(0, {1, 1}, 1, 1).chunks(), 0U);
}

TEST(Layout, HasAsManyChunksAsTheLongestSegmentNeeds) {
  EXPECT_EQ(Layout(8, {1, 2}, 4, 1).chunks(), 1U);
  EXPECT_EQ(Layout(9, {1, 2}, 4, 1).chunks(), 2U);
  EXPECT_EQ(Layout(17, {2, 2}, 4, 1).chunks(), 2U);  // 9 and 8 elements
}

}  // namespace
}  // namespace assay::collectives
