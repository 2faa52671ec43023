#pragma once

// The blocked loop, compiled once for each instruction set by the sources beside this file;
// everything is private to each unit (see blocked.hpp).
#include <stddef.h>

#include "benchmarks/matmul/blocked.hpp"

#ifndef ASSAY_VECTOR_BYTES  // each unit says how wide its registers are; the narrowest otherwise
#define ASSAY_VECTOR_BYTES 16
#endif

namespace assay::benchmarks::matmul {

namespace {

typedef float Vector __attribute__((vector_size(ASSAY_VECTOR_BYTES), aligned(4)));
constexpr size_t lanes = ASSAY_VECTOR_BYTES / sizeof(float);
constexpr size_t tile_vectors = 2;  // columns of a tile, in vectors
constexpr size_t tile_columns = tile_vectors * lanes;
constexpr size_t tile_rows = 8;      // 8 x 2 sums, 2 of b, 1 of a: what 32 (16) registers hold
constexpr size_t panel_depth = 256;  // rows of b in a panel: 256 x n floats fit the second level

/// Adds a[rows][depth] * b[depth][columns] to one tile of c.
void add_tile(const float* a, const float* b, float* c, size_t n, size_t depth) {
  Vector sums[tile_rows][tile_vectors];
  for (size_t row = 0; row < tile_rows; ++row)
    for (size_t v = 0; v < tile_vectors; ++v)
      sums[row][v] = *reinterpret_cast<const Vector*>(c + row * n + v * lanes);
  for (size_t k = 0; k < depth; ++k) {
    Vector right[tile_vectors];
    for (size_t v = 0; v < tile_vectors; ++v)
      right[v] = *reinterpret_cast<const Vector*>(b + k * n + v * lanes);
    for (size_t row = 0; row < tile_rows; ++row) {
      const float left = a[row * n + k];
      for (size_t v = 0; v < tile_vectors; ++v) sums[row][v] += left * right[v];
    }
  }
  for (size_t row = 0; row < tile_rows; ++row)
    for (size_t v = 0; v < tile_vectors; ++v)
      *reinterpret_cast<Vector*>(c + row * n + v * lanes) = sums[row][v];
}

void multiply(const float* a, const float* b, float* c, size_t n) {
  for (size_t i = 0; i < n * n; ++i) c[i] = 0;
  for (size_t panel = 0; panel < n; panel += panel_depth) {
    const size_t depth = n - panel < panel_depth ? n - panel : panel_depth;
    for (size_t column = 0; column < n; column += tile_columns)
      for (size_t row = 0; row < n; row += tile_rows)
        add_tile(a + row * n + panel, b + panel * n + column, c + row * n + column, n, depth);
  }
}

static_assert(block_multiple % tile_columns == 0 && block_multiple % tile_rows == 0);

}  // namespace

}  // namespace assay::benchmarks::matmul
