// The mma.sync kernel's index arithmetic, walked on the host: copies, ldmatrix and mma as the PTX
// ISA defines them, with the places that the kernel computes.
#include <array>
#include <bit>
#include <set>

#include "benchmarks/gpu_matmul/fragment.hpp"
#include "benchmarks/gpu_matmul/tensor_core_tile.hpp"
#include "benchmarks/gpu_matmul/tile_order.hpp"
#include "collectives/reduction/narrow_float.hpp"
#include "tests/benchmarks/gpu_matmul/host_product.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using Tile = TensorCoreTile;
constexpr int warp_threads = 32;
constexpr int fragment_lines = 16;
using Shared = std::vector<std::byte>;
using Fragment = std::array<std::array<std::uint32_t, 4>, warp_threads>;  ///< by lane, by register

float element(OperandType type, const std::byte* at) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, at, info(type).bytes);
  if (type == OperandType::float16)
    return collectives::reduction::Float16::widen(static_cast<std::uint16_t>(bits));
  if (type == OperandType::bfloat16)
    return collectives::reduction::Bfloat16::widen(static_cast<std::uint16_t>(bits));
  return std::bit_cast<float>(bits);
}

/// The copies of all threads of a block, each chunk of the stage written exactly once.
void copy_tile(const std::byte* data, std::int64_t step, std::int64_t length, std::int32_t count,
               std::int32_t first_line, std::int64_t from_byte, int copies, std::byte* to) {
  std::set<int> written;
  for (int thread = 0; thread < Tile::threads; ++thread)
    for (int number = 0; number < copies; ++number) {
      const int line = Tile::copy_line(thread, number);
      const int chunk = Tile::copy_chunk(thread);
      const std::int64_t byte = from_byte + chunk * chunk_bytes;
      const int present = present_bytes(first_line + line, count, byte, length);
      const int place = swizzled(line, chunk);
      EXPECT_TRUE(written.insert(place).second);
      std::memset(to + place, 0, chunk_bytes);
      if (present > 0)
        std::memcpy(to + place, data + (first_line + line) * step + byte,
                    static_cast<std::size_t>(present));
    }
  EXPECT_EQ(written.size() * chunk_bytes,
            static_cast<std::size_t>(copies * Tile::threads * chunk_bytes));
}

/// ldmatrix.x4: lanes 8 m to 8 m + 7 give the addresses of matrix m's rows, and lane l gets 4 bytes
/// of its row l / 4. The eight rows must be at different banks.
template <class Place>
Fragment load(const std::byte* tile, int first_line, int step, const Place& place_of) {
  std::array<int, warp_threads> addresses{};
  for (int lane = 0; lane < warp_threads; ++lane) {
    const ChunkPlace place = place_of(lane);
    addresses[lane] = swizzled(first_line + place.line, step * step_chunks + place.chunk);
  }
  Fragment fragment{};
  for (int matrix = 0; matrix < 4; ++matrix) {
    std::set<int> banks;
    for (int row = 0; row < 8; ++row)
      EXPECT_TRUE(banks.insert(addresses[matrix * 8 + row] % tile_line_bytes).second);
    for (int lane = 0; lane < warp_threads; ++lane)
      std::memcpy(&fragment[lane][matrix], tile + addresses[matrix * 8 + lane / 4] + lane % 4 * 4,
                  4);
  }
  return fragment;
}

/// Element (line, k) of a fragment of 8 lines, of which `low` and `high` are the registers for the
/// first and the second half of k.
float fragment_element(OperandType type, const Fragment& fragment, int low, int high, int line,
                       int k) {
  const int per_register = 4 / static_cast<int>(info(type).bytes);
  const int half = 4 * per_register;
  const int lane = line * 4 + k % half / per_register;
  const std::uint32_t bits = fragment[lane][k < half ? low : high];
  return element(type, reinterpret_cast<const std::byte*>(&bits) +
                           static_cast<std::size_t>(k % per_register) * info(type).bytes);
}

void run_block(OperandType type, const DeviceProduct& product, TilePlace place) {
  const auto bytes = static_cast<std::int64_t>(info(type).bytes);
  const std::int64_t length = product.depth * bytes;
  const std::int32_t row = place.row * Tile::tile_rows;
  const std::int32_t column = place.column * Tile::tile_columns;
  std::vector<float> results(static_cast<std::size_t>(Tile::tile_rows * Tile::tile_columns));
  for (std::int64_t from = 0; from < length; from += tile_line_bytes) {
    Shared stage(Tile::stage_bytes, std::byte{0xFF});
    copy_tile(static_cast<const std::byte*>(product.a.data), product.a.row_step * bytes, length,
              product.rows, row, from, Tile::a_copies, stage.data());
    copy_tile(static_cast<const std::byte*>(product.b.data), product.b.column_step * bytes, length,
              product.columns, column, from, Tile::b_copies, stage.data() + Tile::a_bytes);
    for (int warp = 0; warp < Tile::warps; ++warp)
      for (int step = 0; step < line_steps; ++step)
        for (int i = 0; i < Tile::warp_rows; i += fragment_lines) {
          const Fragment a = load(stage.data(), Tile::warp_row(warp) + i, step, a_chunk);
          for (int j = 0; j < Tile::warp_columns; j += fragment_lines) {
            const Fragment b =
                load(stage.data() + Tile::a_bytes, Tile::warp_column(warp) + j, step, b_chunk);
            for (int half = 0; half < 2; ++half)  // an mma each
              for (int lane = 0; lane < warp_threads; ++lane)
                for (int number = 0; number < 4; ++number) {
                  const ResultPlace at = result_place(lane, number);
                  float& sum = results[static_cast<std::size_t>(
                      (Tile::warp_row(warp) + i + at.row) * Tile::tile_columns +
                      Tile::warp_column(warp) + j + half * 8 + at.column)];
                  for (int k = 0; k < step_bytes / bytes; ++k)
                    sum += fragment_element(type, a, at.row / 8, at.row / 8 + 2, at.row % 8, k) *
                           fragment_element(type, b, 2 * half, 2 * half + 1, at.column, k);
                }
          }
        }
  }
  for (int i = 0; i < Tile::tile_rows; ++i)
    for (int j = 0; j < Tile::tile_columns; ++j)
      if (row + i < product.rows && column + j < product.columns)
        product.c[(row + i) * product.c_row_step + column + j] =
            results[static_cast<std::size_t>(i * Tile::tile_columns + j)];
}

TEST(TensorCores, PlacesMakeTheProductOfAnyShape) {
  for (const auto type : {OperandType::bfloat16, OperandType::float16, OperandType::tf32})
    for (const MatmulShape& shape : {MatmulShape{131, 259, 77}}) {
      HostProduct product{type, shape, parse_layout("nt")};
      const DeviceProduct arguments = product.arguments();
      const std::int32_t down = pieces(arguments.rows, Tile::tile_rows);
      const std::int32_t across = pieces(arguments.columns, Tile::tile_columns);
      for (std::int64_t number = 0; number < std::int64_t{down} * across; ++number)
        run_block(type, arguments, tile_place(number, down, across));
      product.expect_right();
    }
}

TEST(TileOrder, HasEveryTileOnce) {
  for (std::int32_t rows = 1; rows < 21; ++rows)
    for (std::int32_t columns = 1; columns < 6; ++columns) {
      std::set<std::pair<std::int32_t, std::int32_t>> seen;
      for (std::int64_t number = 0; number < std::int64_t{rows} * columns; ++number) {
        const TilePlace place = tile_place(number, rows, columns);
        EXPECT_TRUE(place.row >= 0 && place.row < rows);
        EXPECT_TRUE(place.column >= 0 && place.column < columns);
        seen.emplace(place.row, place.column);
      }
      EXPECT_EQ(seen.size(), static_cast<std::size_t>(rows * columns));
    }
}

TEST(TileOrder, TilesOfOneTimeShareRowsAndColumns) {
  std::set<std::int32_t> rows;
  std::set<std::int32_t> columns;
  for (std::int64_t number = 0; number < 64; ++number) {
    rows.insert(tile_place(number, 32, 32).row);
    columns.insert(tile_place(number, 32, 32).column);
  }
  EXPECT_EQ(rows.size(), 8U);
  EXPECT_EQ(columns.size(), 8U);
}

}  // namespace

}  // namespace assay::benchmarks::gpu_matmul
