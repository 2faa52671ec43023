#pragma once

// Included by units compiled for processors this one may not be: types and declarations only (see
// collectives/reduction/kernel_table.hpp for the reason).
#include <stddef.h>

namespace assay::benchmarks::matmul {

/// c = a * b for square row-major matrices of `n` rows, n a multiple of `block_multiple`.
///
///   for i, j:  c[i][j] = sum over k of a[i][k] * b[k][j]      (the reference loop)
///
/// Idea   One panel of b that fits the second-level cache is used by all rows of a; within it a
///        tile of c is kept in registers while k runs, so each loaded vector of b serves several
///        rows.
/// Cost   2 n^3 floating point operations.
using Multiply = void (*)(const float* a, const float* b, float* c, size_t n);
inline constexpr size_t block_multiple = 64;

void multiply_baseline(const float* a, const float* b, float* c, size_t n);
#if defined(__x86_64__)
void multiply_avx2(const float* a, const float* b, float* c, size_t n);
void multiply_avx512(const float* a, const float* b, float* c, size_t n);
#endif

/// The one for the best instruction set of the running processor.
[[nodiscard]] Multiply best_multiply();

}  // namespace assay::benchmarks::matmul
