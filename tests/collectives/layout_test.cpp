#include "collectives/layout.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace assay::collectives {
namespace {

struct Case {
  Extent extent;
  PlanShape shape;
  std::size_t piece_elements;
  std::size_t alignment;

  [[nodiscard]] std::size_t all_elements() const {
    return extent.each_block ? extent.count * shape.blocks : extent.count;
  }
};

std::string describe(const Case& c) {
  return "count " + std::to_string(c.extent.count) + (c.extent.each_block ? " each" : "") +
         ", segments " + std::to_string(c.shape.segments) + ", blocks " +
         std::to_string(c.shape.blocks) + ", piece elements " + std::to_string(c.piece_elements) +
         ", alignment " + std::to_string(c.alignment);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::size_t count : {0, 1, 2, 3, 15, 16, 17, 64, 100, 1000, 1023, 1024, 4096, 10007})
    for (const bool each_block : {false, true})
      for (const std::uint32_t segments : {1U, 2U, 3U, 7U})
        for (const std::uint32_t blocks : {1U, 2U, 5U, 16U})
          for (const std::size_t alignment : {1, 4, 16})
            for (const std::size_t units : {1, 3, 64})
              all.push_back(
                  {{count, each_block}, {segments, blocks}, alignment * units, alignment});
  return all;
}

Layout layout_of(const Case& c) { return {c.extent, c.shape, c.piece_elements, c.alignment}; }

template <class Visit>
void for_each_piece(const Case& c, const Layout& layout, Visit visit) {
  for (std::uint32_t segment = 0; segment < c.shape.segments; ++segment)
    for (std::size_t chunk = 0; chunk < layout.chunks(); ++chunk)
      for (std::uint32_t block = 0; block < c.shape.blocks; ++block)
        visit(segment, block, layout.piece(segment, chunk, block));
}

TEST(Layout, CoversEachElementExactlyOnce) {
  for (const Case& c : cases()) {
    std::vector<int> covered(c.all_elements(), 0);
    for_each_piece(c, layout_of(c), [&](std::uint32_t, std::uint32_t, ElementRange range) {
      ASSERT_LE(range.begin + range.count, covered.size()) << describe(c);
      for (std::size_t i = 0; i < range.count; ++i) ++covered[range.begin + i];
    });
    ASSERT_TRUE(std::ranges::all_of(covered, [](int times) { return times == 1; })) << describe(c);
  }
}

TEST(Layout, KeepsPiecesInTheirBlockAndTheirPart) {
  for (const Case& c : cases()) {
    const Layout layout = layout_of(c);
    EXPECT_EQ(layout.block_begin(0), 0U);
    EXPECT_EQ(layout.block_begin(c.shape.blocks), c.all_elements()) << describe(c);
    for_each_piece(c, layout, [&](std::uint32_t segment, std::uint32_t block, ElementRange range) {
      const ElementRange part = layout.part(segment, block);
      ASSERT_GE(range.begin, part.begin) << describe(c);
      ASSERT_LE(range.begin + range.count, part.begin + part.count) << describe(c);
      ASSERT_GE(part.begin, layout.block_begin(block)) << describe(c);
      ASSERT_LE(part.begin + part.count, layout.block_begin(block + 1)) << describe(c);
    });
  }
}

TEST(Layout, PiecesAreEqualButForAUnitOfEachCut) {
  for (const Case& c : cases()) {
    const Layout layout = layout_of(c);
    if (layout.chunks() == 0) continue;
    std::size_t least = c.all_elements();
    std::size_t most = 0;
    for_each_piece(c, layout, [&](std::uint32_t, std::uint32_t, ElementRange range) {
      least = std::min(least, range.count);
      most = std::max(most, range.count);
    });
    ASSERT_LE(most, c.piece_elements) << describe(c);
    // Blocks, segments and chunks, and the last unit may be cut short.
    ASSERT_LE(most - least, 4 * c.alignment) << describe(c);
  }
}

TEST(Layout, AlignsInnerBoundsWhereEachPieceGetsSome) {
  for (const Case& c : cases()) {
    const std::size_t pieces =
        std::size_t{c.shape.segments} * (c.extent.each_block ? 1 : c.shape.blocks);
    if (c.extent.count < pieces * c.alignment) continue;
    const Layout layout = layout_of(c);
    for_each_piece(c, layout, [&](std::uint32_t, std::uint32_t block, ElementRange range) {
      const bool is_inner = range.begin != layout.block_begin(block + 1);
      if (is_inner) {
        ASSERT_EQ((range.begin - layout.block_begin(block)) % c.alignment, 0U) << describe(c);
      }
    });
  }
}

TEST(Layout, CountsThePiecesThatHoldAnything) {
  for (const Case& c : cases()) {
    const Layout layout = layout_of(c);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> pieces;
    for_each_piece(c, layout, [&](std::uint32_t segment, std::uint32_t block, ElementRange range) {
      pieces[{segment, block}] += range.count > 0 ? 1 : 0;
    });
    for (const auto& [part, count] : pieces)
      ASSERT_EQ(layout.pieces(part.first, part.second), count) << describe(c);
  }
}

TEST(Layout, GivesEveryBlockTheSameCountWhereEachHasOne) {
  const Layout layout{{10, true}, {1, 4}, 64, 16};
  for (std::uint32_t block = 0; block < 4; ++block)
    EXPECT_EQ(layout.piece(0, 0, block), (ElementRange{10U * block, 10}));
}

TEST(Layout, SpreadsASmallMessageOverAllSegmentsAndBlocks) {
  const Case c{.extent = {12}, .shape = {3, 4}, .piece_elements = 1024, .alignment = 16};
  const Layout layout = layout_of(c);
  EXPECT_EQ(layout.chunks(), 1U);
  for_each_piece(c, layout, [](std::uint32_t, std::uint32_t, ElementRange range) {
    EXPECT_EQ(range.count, 1U);
  });
}

TEST(Layout, OfAnEmptyBufferHasNoChunks) {
  EXPECT_EQ(Layout({0}, {4, 5}, 1024, 16).chunks(), 0U);
  EXPECT_EQ(Layout({0, true}, {4, 5}, 1024, 16).chunks(), 0U);
  EXPECT_EQ(Layout({0}, {1, 1}, 1, 1).chunks(), 0U);
}

TEST(Layout, HasAsManyChunksAsTheLongestSegmentNeeds) {
  EXPECT_EQ(Layout({8}, {1, 2}, 4, 1).chunks(), 1U);
  EXPECT_EQ(Layout({9}, {1, 2}, 4, 1).chunks(), 2U);
  EXPECT_EQ(Layout({17}, {2, 2}, 4, 1).chunks(), 2U);  // blocks of 9 and 8, segments of 5 and 4
  EXPECT_EQ(Layout({9, true}, {1, 2}, 4, 1).chunks(), 3U);
}

// ---- Blocks of lengths of their own ----

/// Lengths on both sides of what fills a piece, a unit and nothing.
constexpr std::array<std::size_t, 9> own_lengths{0, 1, 5, 16, 17, 100, 0, 1023, 4096};

struct OwnCase {
  std::uint32_t segments;
  std::size_t piece_elements;
  std::size_t alignment;
};

std::vector<OwnCase> own_cases() {
  std::vector<OwnCase> all;
  for (const std::uint32_t segments : {1U, 2U, 3U, 7U})
    for (const std::size_t alignment : {1, 4, 16})
      for (const std::size_t units : {1, 3, 64})
        all.push_back({segments, alignment * units, alignment});
  return all;
}

std::vector<std::size_t> begins_of(std::span<const std::size_t> lengths) {
  std::vector<std::size_t> begins{0};
  for (const std::size_t length : lengths) begins.push_back(begins.back() + length);
  return begins;
}

Layout layout_of(const OwnCase& c, std::span<const std::size_t> begins) {
  return {{.begins = begins},
          {c.segments, static_cast<std::uint32_t>(begins.size() - 1)},
          c.piece_elements,
          c.alignment};
}

TEST(Layout, CoversEachElementOfUnequalBlocksExactlyOnce) {
  const auto begins = begins_of(own_lengths);
  for (const OwnCase& c : own_cases()) {
    const Layout layout = layout_of(c, begins);
    std::vector<int> covered(begins.back(), 0);
    for (std::uint32_t block = 0; block < own_lengths.size(); ++block) {
      EXPECT_EQ(layout.block_begin(block), begins[block]);
      for (std::uint32_t segment = 0; segment < c.segments; ++segment) {
        const ElementRange part = layout.part(segment, block);
        std::size_t pieces = 0;
        for (std::size_t chunk = 0; chunk < layout.chunks(); ++chunk) {
          const ElementRange range = layout.piece(segment, chunk, block);
          ASSERT_LE(range.count, c.piece_elements);
          if (range.count == 0) continue;
          ASSERT_EQ(chunk, pieces++) << "the first chunks hold all";
          ASSERT_GE(range.begin, part.begin);
          ASSERT_LE(range.begin + range.count, part.begin + part.count);
          for (std::size_t i = 0; i < range.count; ++i) ++covered[range.begin + i];
        }
        ASSERT_EQ(layout.pieces(segment, block), pieces);
      }
    }
    ASSERT_TRUE(std::ranges::all_of(covered, [](int times) { return times == 1; }));
  }
}

TEST(Layout, CutsABlockOfItsOwnLengthAlikeInEveryBuffer) {
  for (const OwnCase& c : own_cases())
    for (std::uint32_t block = 0; block < own_lengths.size(); ++block) {
      // Once among its like and once alone behind a longer one.
      const std::array<std::size_t, 2> other_lengths{10007, own_lengths[block]};
      const auto begins = begins_of(own_lengths);
      const auto other_begins = begins_of(other_lengths);
      const Layout one = layout_of(c, begins);
      const Layout other = layout_of(c, other_begins);
      for (std::uint32_t segment = 0; segment < c.segments; ++segment)
        for (std::size_t chunk = 0; chunk < one.chunks(); ++chunk) {
          const ElementRange here = one.piece(segment, chunk, block);
          const ElementRange there = other.piece(segment, chunk, 1);
          ASSERT_EQ(here.count, there.count);
          ASSERT_EQ(here.begin - begins[block], there.begin - other_begins[1]);
        }
    }
}

TEST(Layout, NeedsNoMoreChunksForAShortBlockThanItFills) {
  const std::array<std::size_t, 4> lengths{1000, 10, 0, 150};
  const auto begins = begins_of(lengths);
  const Layout layout{{.begins = begins}, {1, 4}, 100, 1};
  EXPECT_EQ(layout.chunks(), 10U);
  EXPECT_EQ(layout.pieces(0, 0), 10U);
  EXPECT_EQ(layout.pieces(0, 1), 1U);
  EXPECT_EQ(layout.pieces(0, 2), 0U);
  EXPECT_EQ(layout.piece(0, 0, 3), (ElementRange{1010, 75}));
  EXPECT_EQ(layout.piece(0, 1, 3), (ElementRange{1085, 75}));
  EXPECT_EQ(layout.piece(0, 2, 3), (ElementRange{1160, 0}));
}

}  // namespace
}  // namespace assay::collectives
