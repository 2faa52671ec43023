#pragma once

#include <cstdint>

namespace assay::benchmarks::gpu_matmul {

struct TilePlace {
  std::int32_t row;  ///< in tiles
  std::int32_t column;
};

/// Of `rows` x `columns` tiles the one that comes `number`th: down `group_rows` of them, then to
/// the next column. Tiles that are made at the same time so share rows of a and columns of b, which
/// stay in the second-level cache.
[[nodiscard]] constexpr TilePlace tile_place(std::int64_t number, std::int32_t rows,
                                             std::int32_t columns) {
  constexpr std::int32_t group_rows = 8;
  const std::int64_t group_tiles = std::int64_t{group_rows} * columns;
  const auto first_row = static_cast<std::int32_t>(number / group_tiles * group_rows);
  const std::int32_t left = rows - first_row;
  const std::int32_t height = left < group_rows ? left : group_rows;
  const std::int64_t within = number % group_tiles;
  return {first_row + static_cast<std::int32_t>(within % height),
          static_cast<std::int32_t>(within / height)};
}

}  // namespace assay::benchmarks::gpu_matmul
