#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "collectives/data_type.hpp"

namespace assay::collectives {

/// Where results are headed: into the caches, or past them (non-temporal stores), which spares the
/// memory a read of each line where results are too large to be read again from a cache.
enum class Stores { cached, streaming };

/// The arithmetic of one type and operation, for one instruction set. Pointers need the alignment
/// of the element only. max and min of a NaN and a number: either.
/// Narrow floats (float16, bfloat16, float8) are widened to float32, combined there and rounded
/// once at the end, to nearest, ties to even; so reduce_many rounds once for all its sources.
struct Reduction {
  /// result[i] = left[i] (+) right[i]; `result` may equal `left` or `right`, and must not overlap
  /// them otherwise. avg and mulsum: the sum alone.
  void (*reduce)(void* result, const void* left, const void* right, std::size_t count) noexcept;
  /// results[k][i] = (sources[0][i] (+) sources[1][i]) (+) ..., for each of the results: one pass
  /// that reads every source once. One source: a copy. Results may equal sources and must not
  /// overlap them otherwise. avg and mulsum: the sum alone.
  void (*reduce_many)(std::span<void* const> results, std::span<const void* const> sources,
                      std::size_t count, Stores stores) noexcept;
  /// result[i] = source[i] * factor, and source[i] / divisor (of integers towards zero): what avg
  /// does to a sum and mulsum to an input. `result` may equal `source`. 1 <= factor, divisor <
  /// 2^15.
  void (*multiply)(void* result, const void* source, int factor, std::size_t count) noexcept;
  void (*divide)(void* result, const void* source, int divisor, std::size_t count) noexcept;
};

/// Copies past the caches, or not.
using CopyFunction = void (*)(void* result, const void* source, std::size_t bytes) noexcept;

/// One instruction set that the reductions are compiled for.
struct InstructionSet {
  std::string_view name;  ///< "baseline", "avx2", "avx512"
  bool usable;            ///< on this processor
  const Reduction& (*reduction)(DataType, ReduceOp);
  CopyFunction copy_streaming;
};

/// All compiled sets, slowest first; the first is always usable.
[[nodiscard]] std::span<const InstructionSet> instruction_sets();
/// The best one that is usable on the running processor.
[[nodiscard]] const InstructionSet& best_instruction_set();

/// The reduction for the best instruction set of the running processor.
[[nodiscard]] const Reduction& find_reduction(DataType type, ReduceOp op);

}  // namespace assay::collectives
