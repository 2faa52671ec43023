#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.hpp"

namespace assay::benchmarks {

/// c = a * b: c has rows x columns elements, a rows x depth.
struct MatmulShape {
  std::size_t rows = 512;
  std::size_t columns = 512;
  std::size_t depth = 512;

  friend bool operator==(const MatmulShape&, const MatmulShape&) = default;
  [[nodiscard]] double flop() const {
    return 2.0 * static_cast<double>(rows) * static_cast<double>(columns) *
           static_cast<double>(depth);
  }
};

/// The default: 3 to 10 ms on one core of the machines this was written on; three matrices of
/// 1 MiB, beyond the second-level cache.
inline constexpr MatmulShape default_shape{};

/// The sets that `--shape all` measures, to find the best of: squares from what one tile per
/// multiprocessor or core leaves idle to what fills it, and products of transformers' layers, which
/// have few rows, or few columns.
inline constexpr std::array host_shapes{
    MatmulShape{256, 256, 256},    MatmulShape{512, 512, 512},   MatmulShape{1024, 1024, 1024},
    MatmulShape{2048, 2048, 2048}, MatmulShape{128, 4096, 1024}, MatmulShape{2048, 256, 2048}};
/// In order of rows x columns x depth: Llama 3's projections of 8 and 70 billion parameters are
/// among them (depth 4096 to 14336 columns, 8192 to 28672).
inline constexpr std::array gpu_shapes{
    MatmulShape{2048, 2048, 2048}, MatmulShape{4096, 4096, 4096},  MatmulShape{4096, 14336, 4096},
    MatmulShape{8192, 8192, 8192}, MatmulShape{4096, 28672, 8192}, MatmulShape{16384, 16384, 4096}};

/// Reads 512 or 300x200x77 (rows x columns x depth), and lists of them: 512,1024,300x200x77.
/// Throws  UsageError: no such text; a dimension below 1 or beyond what BLAS counts in; a depth
///         whose sums would not be exact.
[[nodiscard]] std::vector<MatmulShape> parse_shapes(std::string_view text);

/// "300x200x77".
[[nodiscard]] std::string name_of(const MatmulShape& shape);

/// What the largest integer of the operands may be, so that all sums are exact in float32.
[[nodiscard]] int exact_magnitude(std::size_t depth);

/// What the three matrices take; of shapes that no machine has memory for the largest number.
[[nodiscard]] Bytes matrix_bytes(const MatmulShape& shape);

/// How an operand lies in memory, in BLAS' letters: n row by row, t column by column.
struct MatmulLayout {
  bool a_by_columns = false;
  bool b_by_columns = false;
};
/// Reads nn, nt, tn or tt: of a and of b.
/// Throws  UsageError for anything else.
[[nodiscard]] MatmulLayout parse_layout(std::string_view text);
[[nodiscard]] std::string name_of(MatmulLayout layout);

}  // namespace assay::benchmarks
