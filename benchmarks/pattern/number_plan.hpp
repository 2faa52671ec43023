#pragma once

#include "benchmarks/pattern.hpp"
#include "benchmarks/pattern/error_bound.hpp"

namespace assay::benchmarks {

/// How all ranks' numbers are drawn, so that what they are combined to is known to the bit.
struct NumberPlan {
  enum class Kind {
    integers,       ///< k * scale for random |k| < 2^bits; neutral: 0
    powers_of_two,  ///< +-2^e for random |e| <= largest_power; neutral: +-1
    odd_factors,    ///< +-1, 3, ..., 15, which no product wraps to zero; none is neutral
  };
  Kind kind = Kind::integers;
  bool has_sign = true;
  int bits = 0;
  double scale = 1.0;
  int largest_power = 0;
  int contributors = 1;  ///< ranks whose numbers are not neutral, at each place
  double bound = 0.0;    ///< on the error of a result
};

[[nodiscard]] NumberPlan plan_numbers(const PatternShape& shape);

}  // namespace assay::benchmarks
