#include "benchmarks/pattern/error_bound.hpp"

#include <cmath>

namespace assay::benchmarks {

namespace {

/// r(a) of the derivation, without regard to a grid.
double largest_rounding(double magnitude, int significand_bits) {
  return magnitude > 0 ? std::ldexp(1.0, std::ilogb(magnitude) - significand_bits) : 0.0;
}

/// r(a) of multiples of `grid`.
double largest_rounding(double magnitude, int significand_bits, double grid) {
  const double rounding = largest_rounding(magnitude, significand_bits);
  return 2 * rounding <= grid ? 0.0 : rounding;
}

}  // namespace

double error_bound(collectives::DataType type, collectives::ReduceOp op, const Summands& summands,
                   int ranks) {
  const int significand_bits = info(type).significand_bits;
  if (significand_bits == 0) return 0.0;  // integers wrap around alike in any order
  double error = 0.0;
  double error_before_last = 0.0;
  for (int below = 2; below <= summands.count; ++below) {
    error_before_last = error;
    error += largest_rounding(below * summands.largest + error, significand_bits, summands.grid);
  }
  if (error_before_last == 0.0) return 0.0;
  const double exact = summands.count * summands.largest;
  const double difference = error + largest_rounding(exact, significand_bits, summands.grid);
  if (op != collectives::ReduceOp::avg) return difference;
  const double quotient = (exact + error) / ranks;
  const double rounding = largest_rounding(quotient, significand_bits) + std::ldexp(quotient, -24);
  return difference / ranks + 2 * rounding;
}

}  // namespace assay::benchmarks
