#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "benchmarks/gpu_matmul/operand_type.hpp"

namespace assay::benchmarks::gpu_matmul {

/// `numbers`, a matrix of `rows` x `columns` row by row, as kernels read it: line by line along the
/// columns, or along the rows (`by_columns`). Of bfloat16 the upper half of each number's bits, so
/// that all bits of its significand are random where the number's are. Lines are not padded: they
/// must end at 16 bytes.
/// Throws  std::invalid_argument for types other than float32 and bfloat16.
[[nodiscard]] std::vector<std::byte> operand_image(OperandType type, std::span<const float> numbers,
                                                   std::size_t rows, std::size_t columns,
                                                   bool by_columns);

}  // namespace assay::benchmarks::gpu_matmul
