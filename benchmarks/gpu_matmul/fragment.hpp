#pragma once

namespace assay::benchmarks::gpu_matmul {

// Which lane of a warp has which part of the operands and results of tensor cores.
// Source  PTX ISA, "Matrix fragments for mma.m16n8k16", "ldmatrix", and of wgmma "Register
//         fragments for D". In bytes they are the same for all types.

/// A line and a chunk (swizzled_tile.hpp) from a fragment's own first ones on.
struct ChunkPlace {
  int line;
  int chunk;
};

/// 16 rows of a by one step: which 16 bytes this lane gives ldmatrix.x4 the address of.
[[nodiscard]] constexpr ChunkPlace a_chunk(int lane) { return {lane % 16, lane / 16}; }
/// 16 columns of b, for two instructions of 8 columns: the first one's operand is registers 0 and
/// 1, the second one's 2 and 3.
[[nodiscard]] constexpr ChunkPlace b_chunk(int lane) {
  return {lane / 16 * 8 + lane % 8, lane / 8 % 2};
}

struct ResultPlace {
  int row;
  int column;
};
/// Result number `number` of 4 a lane, in 16 rows and 8 columns.
[[nodiscard]] constexpr ResultPlace result_place(int lane, int number) {
  return {lane / 4 + number / 2 * 8, lane % 4 * 2 + number % 2};
}
/// Result number `number` of a thread of the 128 of wgmma: 16 rows for each warp, and 8 columns
/// after the other.
[[nodiscard]] constexpr ResultPlace group_result_place(int thread, int number) {
  const ResultPlace place = result_place(thread % 32, number % 4);
  return {thread / 32 * 16 + place.row, number / 4 * 8 + place.column};
}

}  // namespace assay::benchmarks::gpu_matmul
