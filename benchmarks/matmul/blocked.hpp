#pragma once

// Included by units compiled for processors this one may not be: types and declarations only (see
// collectives/reduction/kernel_table.hpp for the reason).
#include <stddef.h>

namespace assay::benchmarks::matmul {

/// Element (i, j) lies at data[i * row_step + j * column_step]: row-major where column_step is 1,
/// column-major where row_step is 1.
struct MatrixView {
  const float* data;
  size_t row_step;
  size_t column_step;
};

/// c = a * b, where a has `rows` x `depth` elements and b `depth` x `columns`; c is row-major.
struct Product {
  size_t rows;
  size_t columns;
  size_t depth;
  MatrixView a;
  MatrixView b;
  float* c;
  size_t c_row_step;
  float* scratch;  ///< `scratch_floats` of them, aligned to 64 bytes; of this call alone
};

/// Blocks of a (rows x depth) that stay in a second-level cache, and of b (depth x columns) that
/// stay in a third-level one, as they are packed.
inline constexpr size_t block_rows = 192;
inline constexpr size_t block_depth = 256;
inline constexpr size_t block_columns = 2048;
inline constexpr size_t scratch_floats = block_depth * (block_rows + block_columns);

/// Any shape.
///
///   for i, j:  c[i][j] = sum over k of a[i][k] * b[k][j], in the order of k   (the reference loop)
///
/// Idea   As Goto & van de Geijn (ACM TOMS 34, 2008): blocks of a and b are packed into the order
///        they are read in, filled up with zeros at the edges; a tile of c is kept in registers
///        while k runs, so each loaded vector of b serves several rows.
/// Bits   A sum goes from k to k + 1 in one accumulator, so that all kernels which fuse the
///        multiplication with the addition (avx2, avx512) give the same bits.
/// Cost   2 rows columns depth floating point operations; packing reads b once, and a once for each
///        `block_columns` columns.
using Multiply = void (*)(const Product& product);

void multiply_baseline(const Product& product);
#if defined(__x86_64__)
void multiply_avx2(const Product& product);
void multiply_avx512(const Product& product);
#endif

/// A kernel, what it is called and whether multiplication and addition are rounded once.
struct BlockedKernel {
  const char* name;
  Multiply multiply;
  bool fused;
};

/// The one for the best instruction set of the running processor.
[[nodiscard]] BlockedKernel best_kernel();

}  // namespace assay::benchmarks::matmul
