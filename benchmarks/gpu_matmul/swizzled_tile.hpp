#pragma once

#include <cstdint>

namespace assay::benchmarks::gpu_matmul {

// A tile of an operand in shared memory, for tensor cores: lines along k of 128 bytes each (64
// bfloat16, 32 tf32, 128 float8), one for each row of a or column of b.
//
// Eight lines of 128 bytes are at the same banks, and tensor cores read 16 bytes of each of eight
// lines at a time. So the chunks of a line change places, by an exclusive or with the line's
// number: then those eight are at different banks. It is what tensor copies do on Hopper as
// CU_TENSOR_MAP_SWIZZLE_128B, and what wgmma undoes, where tiles begin at `tile_alignment`.

inline constexpr int tile_line_bytes = 128;
inline constexpr int chunk_bytes = 16;
inline constexpr int line_chunks = tile_line_bytes / chunk_bytes;
inline constexpr int tile_alignment = 8 * tile_line_bytes;

/// Of one step of the tensor cores along k: 16 bfloat16, 8 tf32, 32 float8.
inline constexpr int step_bytes = 32;
inline constexpr int step_chunks = step_bytes / chunk_bytes;
inline constexpr int line_steps = tile_line_bytes / step_bytes;

/// Where chunk `chunk` of line `line` is, in bytes from the tile's beginning.
[[nodiscard]] constexpr int swizzled(int line, int chunk) {
  return line * tile_line_bytes + (chunk ^ line % line_chunks) * chunk_bytes;
}

/// How many of the 16 bytes from byte `from` of line `line` on are of an operand of `lines` lines
/// of `length` bytes; the rest counts as 0.
[[nodiscard]] constexpr int present_bytes(std::int32_t line, std::int32_t lines, std::int64_t from,
                                          std::int64_t length) {
  if (line >= lines || from >= length) return 0;
  return length - from < chunk_bytes ? static_cast<int>(length - from) : chunk_bytes;
}

}  // namespace assay::benchmarks::gpu_matmul
