#include "benchmarks/pattern/number_plan.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace assay::benchmarks {

using collectives::DataType;
using collectives::ReduceOp;
using Kind = NumberPlan::Kind;

namespace {

/// Numbers of fewer bits would be alike too often for an error to be seen.
constexpr int least_bits = 2;
/// Ranks that contribute to a place where more would leave no exact sums: few enough for the bound
/// to tell right from wrong, and for int8 not to wrap around.
constexpr int few_contributors = 4;

bool is_unsigned(DataType type) {
  return type == DataType::uint8 || type == DataType::uint32 || type == DataType::uint64;
}

/// Bits of the whole numbers that a type holds exactly; at most those of an int64.
int exact_bits(DataType type) {
  if (info(type).significand_bits > 0) return info(type).significand_bits;
  const int bits = 8 * static_cast<int>(info(type).bytes);
  return std::min(is_unsigned(type) ? bits : bits - 1, 63);
}

/// 2^e is a normal number of the type for |e| up to this.
int largest_power(DataType type) {
  switch (type) {
    case DataType::float8_e4m3:
      return 6;
    case DataType::float8_e5m2:
    case DataType::float16:
      return 14;
    case DataType::float64:
      return 1022;
    default:
      return 126;
  }
}

void plan_product(NumberPlan& plan, const PatternShape& shape) {
  if (info(shape.type).significand_bits == 0) {
    plan.kind = Kind::odd_factors;
    return;
  }
  const int range = largest_power(shape.type);
  plan.kind = Kind::powers_of_two;
  plan.contributors = std::min(shape.ranks, range);
  plan.largest_power = range / plan.contributors;
}

/// What is left of `bits` for each of n numbers if their sum is to fit: n numbers below 2^b add up
/// to less than 2^(b + ceil(log2 n)).
int bits_left(int bits, int numbers) {
  return bits - static_cast<int>(std::bit_width(static_cast<unsigned>(numbers - 1)));
}

void plan_sum(NumberPlan& plan, const PatternShape& shape) {
  const int largest_factor = shape.op == ReduceOp::mulsum ? collectives::mulsum_factor(1) : 1;
  const int bits = plan.bits - (largest_factor - 1);  // one for a factor of two
  plan.bits = bits_left(bits, shape.ranks);
  if (plan.bits < least_bits) {
    plan.contributors = std::min(shape.ranks, few_contributors);
    plan.bits = std::max(least_bits, bits_left(bits, plan.contributors));
  }
  if (info(shape.type).significand_bits == 0) return;
  plan.scale = std::ldexp(1.0, -plan.bits);
  const double largest = (1.0 - plan.scale) * largest_factor;
  plan.bound =
      error_bound(shape.type, shape.op, {plan.contributors, largest, plan.scale}, shape.ranks);
}

}  // namespace

NumberPlan plan_numbers(const PatternShape& shape) {
  NumberPlan plan;
  plan.has_sign = !is_unsigned(shape.type);
  plan.bits = exact_bits(shape.type);
  plan.contributors = shape.ranks;
  if (info(shape.type).significand_bits > 0) plan.scale = std::ldexp(1.0, -plan.bits);
  if (!info(shape.operation).reduces) return plan;
  switch (shape.op) {
    case ReduceOp::max:
    case ReduceOp::min:
      break;
    case ReduceOp::prod:
      plan_product(plan, shape);
      break;
    case ReduceOp::sum:
    case ReduceOp::avg:
    case ReduceOp::mulsum:
      plan_sum(plan, shape);
      break;
  }
  return plan;
}

}  // namespace assay::benchmarks
