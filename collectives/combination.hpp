#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/data_type.hpp"
#include "collectives/plan.hpp"

namespace assay::collectives {

/// What a step does to the elements of its piece: left (+) right, or left alone, to one or two
/// results.
struct Combination {
  const std::byte* left = nullptr;
  const std::byte* right = nullptr;  ///< null: a copy
  std::byte* result = nullptr;
  std::byte* second_result = nullptr;  ///< null: there is one
  std::size_t count = 0;               ///< elements
  std::uint32_t element_bytes = 1;
  DataType type = DataType::float32;
  ReduceOp op = ReduceOp::sum;
  int left_factor = 1;  ///< of mulsum: what is multiplied, before
  int right_factor = 1;
  int divisor = 1;  ///< of avg: what the result is divided by

  /// Bits are copied as they are.
  [[nodiscard]] constexpr bool is_copy() const {
    return right == nullptr && left_factor == 1 && divisor == 1;
  }
  /// More is done than one operation.
  [[nodiscard]] constexpr bool is_scaled() const {
    return left_factor != 1 || right_factor != 1 || divisor != 1;
  }
  [[nodiscard]] constexpr std::size_t bytes() const { return count * element_bytes; }
};

/// Where a step's data lie; null where it has no use for them.
struct StepPlaces {
  const std::byte* incoming = nullptr;  ///< the message that it receives
  const std::byte* input = nullptr;     ///< its piece of the rank's own input
  const std::byte* operand = nullptr;
  std::byte* target = nullptr;
  std::byte* room = nullptr;  ///< of the message that it sends
};

/// What all steps of a rank's plan have in common.
struct StepArithmetic {
  DataType type = DataType::float32;
  ReduceOp op = ReduceOp::sum;  ///< sum, where nothing is reduced
  std::uint32_t element_bytes = 1;
  std::int32_t rank = 0;
  std::int32_t ranks = 1;
};

/// The work of `step` on `count` elements. A message received is always on the left.
[[nodiscard]] constexpr Combination combination_of(const Step& step, const StepPlaces& places,
                                                   const StepArithmetic& arithmetic,
                                                   std::size_t count) {
  Combination work;
  work.count = count;
  work.element_bytes = arithmetic.element_bytes;
  work.type = arithmetic.type;
  work.op = arithmetic.op;
  if (step.completes && arithmetic.op == ReduceOp::avg) work.divisor = arithmetic.ranks;
  const int input_factor = arithmetic.op == ReduceOp::mulsum ? mulsum_factor(arithmetic.rank) : 1;
  const int operand_factor = step.operand == Place::input ? input_factor : 1;
  if (receives(step.action)) {
    work.left = places.incoming;
    if (has_operand(step.action)) {
      work.right = places.operand;
      work.right_factor = operand_factor;
    }
  } else if (step.action == Action::reduce) {
    work.left = places.input;
    work.left_factor = input_factor;
    work.right = places.operand;
  } else {
    work.left = places.operand;
    work.left_factor = operand_factor;
  }
  work.result = places.target;
  if (sends(step.action)) {
    work.second_result = work.result;
    work.result = places.room;
  }
  return work;
}

}  // namespace assay::collectives
