#pragma once

// The blocked loops, compiled once for each instruction set by the sources beside this file;
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
// 12 x 2 sums of 32 registers where vectors have 64 bytes, 6 x 2 of 16 elsewhere: the rest is for
// two vectors of b and one of a.
constexpr size_t tile_rows = ASSAY_VECTOR_BYTES == 64 ? 12 : 6;

constexpr size_t smaller(size_t one, size_t other) { return one < other ? one : other; }

/// A block of one operand in the order a tile reads it: slices of `width` rows of a (columns of b),
/// in each slice one k after the other. What lies beyond the edge is 0.
void pack(const float* from, size_t across_step, size_t depth_step, size_t across, size_t depth,
          size_t width, float* to) {
  for (size_t slice = 0; slice < across; slice += width) {
    const size_t present = smaller(width, across - slice);
    for (size_t k = 0; k < depth; ++k) {
      const float* line = from + slice * across_step + k * depth_step;
      if (present == width && across_step == 1)
        for (size_t i = 0; i < width; ++i) to[i] = line[i];
      else
        for (size_t i = 0; i < width; ++i) to[i] = i < present ? line[i * across_step] : 0.0F;
      to += width;
    }
  }
}

/// One tile: c (+)= a slice of a * a slice of b; `continues` where c already holds the sums over
/// smaller k.
void add_tile(const float* a, const float* b, float* c, size_t c_row_step, size_t depth,
              bool continues) {
  Vector sums[tile_rows][tile_vectors];
  for (size_t row = 0; row < tile_rows; ++row)
    for (size_t v = 0; v < tile_vectors; ++v)
      sums[row][v] =
          continues ? *reinterpret_cast<const Vector*>(c + row * c_row_step + v * lanes) : Vector{};
  for (size_t k = 0; k < depth; ++k) {
    Vector right[tile_vectors];
    for (size_t v = 0; v < tile_vectors; ++v)
      right[v] = *reinterpret_cast<const Vector*>(b + k * tile_columns + v * lanes);
    for (size_t row = 0; row < tile_rows; ++row) {
      const float left = a[k * tile_rows + row];
      for (size_t v = 0; v < tile_vectors; ++v) sums[row][v] += left * right[v];
    }
  }
  for (size_t row = 0; row < tile_rows; ++row)
    for (size_t v = 0; v < tile_vectors; ++v)
      *reinterpret_cast<Vector*>(c + row * c_row_step + v * lanes) = sums[row][v];
}

/// The same where the tile reaches over the edge of c: by way of a tile of its own.
void add_edge_tile(const float* a, const float* b, float* c, size_t c_row_step, size_t depth,
                   bool continues, size_t rows, size_t columns) {
  float tile[tile_rows * tile_columns] = {};
  if (continues)
    for (size_t row = 0; row < rows; ++row)
      for (size_t column = 0; column < columns; ++column)
        tile[row * tile_columns + column] = c[row * c_row_step + column];
  add_tile(a, b, tile, tile_columns, depth, continues);
  for (size_t row = 0; row < rows; ++row)
    for (size_t column = 0; column < columns; ++column)
      c[row * c_row_step + column] = tile[row * tile_columns + column];
}

/// A packed block of a times a packed block of b.
void add_block(const float* a, const float* b, float* c, size_t c_row_step, size_t rows,
               size_t columns, size_t depth, bool continues) {
  for (size_t column = 0; column < columns; column += tile_columns)
    for (size_t row = 0; row < rows; row += tile_rows) {
      const float* left = a + row * depth;
      const float* right = b + column * depth;
      float* tile = c + row * c_row_step + column;
      const size_t rows_left = smaller(tile_rows, rows - row);
      const size_t columns_left = smaller(tile_columns, columns - column);
      if (rows_left == tile_rows && columns_left == tile_columns)
        add_tile(left, right, tile, c_row_step, depth, continues);
      else
        add_edge_tile(left, right, tile, c_row_step, depth, continues, rows_left, columns_left);
    }
}

void multiply(const Product& product) {
  float* packed_a = product.scratch;
  float* packed_b = product.scratch + block_rows * block_depth;
  for (size_t column = 0; column < product.columns; column += block_columns) {
    const size_t columns = smaller(block_columns, product.columns - column);
    for (size_t k = 0; k < product.depth; k += block_depth) {
      const size_t depth = smaller(block_depth, product.depth - k);
      const MatrixView& b = product.b;
      pack(b.data + k * b.row_step + column * b.column_step, b.column_step, b.row_step, columns,
           depth, tile_columns, packed_b);
      for (size_t row = 0; row < product.rows; row += block_rows) {
        const size_t rows = smaller(block_rows, product.rows - row);
        const MatrixView& a = product.a;
        pack(a.data + row * a.row_step + k * a.column_step, a.row_step, a.column_step, rows, depth,
             tile_rows, packed_a);
        add_block(packed_a, packed_b, product.c + row * product.c_row_step + column,
                  product.c_row_step, rows, columns, depth, k > 0);
      }
    }
  }
}

static_assert(block_columns % tile_columns == 0 && block_rows % tile_rows == 0);

}  // namespace

}  // namespace assay::benchmarks::matmul
