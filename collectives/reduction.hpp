#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "collectives/data_type.hpp"

namespace assay::collectives {

/// result[i] = left[i] (+) right[i] for `count` elements. Pointers need the alignment of the
/// element only; `result` may equal `left` or `right`, and must not overlap them otherwise. max and
/// min of a NaN and a number: either; sums are IEEE, rounded once.
using ReduceFunction = void (*)(void* result, const void* left, const void* right,
                                std::size_t count) noexcept;

/// One instruction set that the reductions are compiled for.
struct InstructionSet {
  std::string_view name;  ///< "baseline", "avx2", "avx512"
  bool usable;            ///< on this processor
  ReduceFunction (*function)(DataType, ReduceOp);
};

/// All compiled sets, slowest first; the first is always usable.
[[nodiscard]] std::span<const InstructionSet> instruction_sets();

/// The reduction for the best instruction set of the running processor.
[[nodiscard]] ReduceFunction find_reduction(DataType type, ReduceOp op);

}  // namespace assay::collectives
