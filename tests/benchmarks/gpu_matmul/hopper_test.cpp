// What Hopper's kernels tell its copy engine and tensor cores, read as the PTX ISA defines it.
#include "benchmarks/gpu_matmul/hopper_tile.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "benchmarks/gpu_matmul/fragment.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using Tile = HopperTile;

/// CU_TENSOR_MAP_SWIZZLE_128B: bits 4 to 6 of an address change with its bits 7 to 9.
constexpr std::uint32_t hardware_swizzle(std::uint32_t address) {
  return address ^ (address >> 7 & 7U) << 4;
}

TEST(SwizzledTile, IsWhatTensorCopiesLeave) {
  for (int line = 0; line < Tile::tile_columns; ++line)
    for (int chunk = 0; chunk < line_chunks; ++chunk)
      EXPECT_EQ(static_cast<std::uint32_t>(swizzled(line, chunk)),
                hardware_swizzle(
                    static_cast<std::uint32_t>(line * tile_line_bytes + chunk * chunk_bytes)));
}

TEST(SwizzledTile, PresentBytesEndWithTheOperand) {
  EXPECT_EQ(present_bytes(0, 1, 0, 64), 16);
  EXPECT_EQ(present_bytes(0, 1, 48, 54), 6);
  EXPECT_EQ(present_bytes(0, 1, 64, 64), 0);
  EXPECT_EQ(present_bytes(1, 1, 0, 64), 0);
}

/// Where wgmma reads 16 bytes of line `line` of an operand with this descriptor.
std::uint32_t operand_address(std::uint64_t descriptor, int line, int chunk) {
  const auto address = static_cast<std::uint32_t>(descriptor & 0x3FFF) * 16;
  const auto group_distance = static_cast<std::uint32_t>(descriptor >> 32 & 0x3FFF) * 16;
  EXPECT_EQ(descriptor >> 62, 1U) << "swizzled by 128 bytes";
  EXPECT_EQ(descriptor >> 49 & 7U, 0U) << "the tile begins at a multiple of 1024";
  const auto number = static_cast<std::uint32_t>(line);
  return hardware_swizzle(address + number / 8 * group_distance + number % 8 * tile_line_bytes +
                          static_cast<std::uint32_t>(chunk * chunk_bytes));
}

TEST(WgmmaDescriptor, FindsEveryChunkOfEveryStep) {
  for (int slot = 0; slot < Tile::stages; ++slot)
    for (int group = 0; group < Tile::groups; ++group) {
      const int tile = tile_alignment + slot * Tile::stage_bytes;
      const int first_line = group * Tile::group_rows;
      const std::uint64_t descriptor =
          wgmma_descriptor(static_cast<std::uint32_t>(tile + first_line * tile_line_bytes));
      for (int step = 0; step < line_steps; ++step)
        for (int line = 0; line < Tile::group_rows; ++line)
          for (int chunk = 0; chunk < step_chunks; ++chunk)
            EXPECT_EQ(operand_address(descriptor + static_cast<unsigned>(step) * descriptor_step,
                                      line, chunk),
                      static_cast<std::uint32_t>(
                          tile + swizzled(first_line + line, step * step_chunks + chunk)));
    }
}

TEST(HopperTile, TilesBeginWhereTheSwizzleDoes) {
  EXPECT_EQ(Tile::a_bytes % tile_alignment, 0);
  EXPECT_EQ(Tile::stage_bytes % tile_alignment, 0);
  EXPECT_EQ(Tile::b_share * tile_line_bytes % tile_alignment, 0);
  EXPECT_LE(Tile::shared_bytes, 227 * 1024);
  EXPECT_GE(Tile::barrier_bytes, 2 * Tile::stages * 8);
}

TEST(HopperTile, EveryResultHasOnePlace) {
  std::set<std::pair<int, int>> places;
  for (int thread = 0; thread < Tile::group_threads; ++thread)
    for (int number = 0; number < Tile::results; ++number) {
      const ResultPlace place = group_result_place(thread, number);
      EXPECT_TRUE(place.row >= 0 && place.row < Tile::group_rows);
      EXPECT_TRUE(place.column >= 0 && place.column < Tile::tile_columns);
      EXPECT_TRUE(places.emplace(place.row, place.column).second);
      if (number % 2 == 1) {  // stored with the one before, 8 bytes
        const ResultPlace before = group_result_place(thread, number - 1);
        EXPECT_EQ(place.row, before.row);
        EXPECT_EQ(place.column, before.column + 1);
        EXPECT_EQ(before.column % 2, 0);
      }
    }
  // Of PTX ISA, figure "WGMMA .m64nNk16 register fragment layout for D": thread 37 is lane 5 of
  // warp 1.
  EXPECT_EQ(group_result_place(37, 0).row, 17);
  EXPECT_EQ(group_result_place(37, 0).column, 2);
  EXPECT_EQ(group_result_place(37, 2).row, 25);
  EXPECT_EQ(group_result_place(37, 4).column, 10);
}

/// A barrier as mbarrier is: waiting for the parity of the phase that is over returns at once.
struct Barrier {
  int arrivals;
  int missing = arrivals;
  std::uint32_t phase = 0;
  void arrive() {
    if (--missing > 0) return;
    missing = arrivals;
    phase ^= 1U;
  }
  [[nodiscard]] bool is_over(std::uint32_t parity) const { return phase != parity; }
};

TEST(Turn, NoSlotIsFilledBeforeItIsEmptyNorReadBeforeItIsFull) {
  // All orders that two warps' arrivals and the producer can come in are driven by a sequence of
  // random choices of who goes on.
  for (unsigned seed = 1; seed < 200; ++seed) {
    std::array<Barrier, Tile::stages> full;
    std::array<Barrier, Tile::stages> empty;
    full.fill(Barrier{1});
    empty.fill(Barrier{2});
    std::array<int, Tile::stages> content{};
    content.fill(-1);
    constexpr int count = 3 * Tile::stages + 1;
    Turn producer;
    std::array<Turn, 2> consumer;
    int filled = 0;
    std::array<int, 2> read{};
    unsigned state = seed;
    int idle = 0;
    while (read[0] < count || read[1] < count) {
      state = state * 1664525U + 1013904223U;
      const unsigned who = (state >> 16) % 3;
      bool moved = false;
      if (who == 2) {
        if (filled < count && empty[producer.slot].is_over(producer.parity ^ 1U)) {
          for (const int reader : read)
            ASSERT_GE(reader, filled - Tile::stages + 1) << "a slot is filled that is being read";
          content[producer.slot] = filled++;
          full[producer.slot].arrive();
          producer.next();
          moved = true;
        }
      } else if (read[who] < count && full[consumer[who].slot].is_over(consumer[who].parity)) {
        ASSERT_EQ(content[consumer[who].slot], read[who]);
        ++read[who];
        empty[consumer[who].slot].arrive();
        consumer[who].next();
        moved = true;
      }
      idle = moved ? 0 : idle + 1;
      ASSERT_LT(idle, 1000) << "nobody can go on";
    }
  }
}

}  // namespace

}  // namespace assay::benchmarks::gpu_matmul
