#pragma once

#include "collectives/data_type.hpp"

namespace assay::benchmarks {

/// What is summed, at each place of a buffer.
struct Summands {
  int count = 1;     ///< of those that may differ from zero
  double largest{};  ///< no magnitude is greater (mulsum: after the multiplication)
  double grid{};     ///< a power of two; all summands are its multiples and exact in the type
};

/// How far a sum in any order may be from the one that is computed exactly and rounded once; where
/// both are then divided by the ranks (avg), how far the quotients may be from each other.
/// 0: the bits must be the same. All magnitudes must be in the type's normal range.
///
/// Let p be the type's significand bits and n the summands that may differ from zero: adding a zero
/// is exact. Rounding a number whose magnitude is at most a moves it by at most half a unit in
/// the last place of a,
///
///     r(a) = 2^(floor(log2 a) - p)  <=  u a,  u = 2^-p,
///
/// and not at all if that whole unit, 2 r(a), is within the grid. Any order of summation is a
/// binary tree of n - 1 additions. An addition below which there are m summands of magnitude at
/// most K adds up at most m K and the errors so far, before it rounds.
///
/// One after the other, the additions have 2, 3, ..., n summands below them, and the error is
/// at most
///
///     E(1) = 0,  E(m) = E(m-1) + r(m K + E(m-1)).
///
/// No other tree exceeds E(n). r grows with a, so the steps of E grow with m, and those of E(b)
/// taken after E(a) are at least those taken from the start: E(a) + E(b) <= E(a+b-1). So an
/// addition of two sums of a and b summands has, by induction, an error of at most
/// E(a) + E(b) + r((a+b) K + E(a) + E(b)) <= E(a+b-1) + r((a+b) K + E(a+b-1)) = E(a+b).
///
/// Where E(n-1) is 0 nothing but the last addition can round, and rounds the exact sum: the bits
/// are the same. Else the exact sum is rounded too, and the difference is at most D = E(n) + r(n
/// K).
///
/// avg divides the same bits by the same arithmetic and remains the same. Where D is not 0 the
/// quotients by q differ by at most D / q and two roundings of a number up to
/// a = (n K + E(n)) / q. Narrow floats are divided as float32 and then rounded again, by at most
/// r(a) + 2^-24 a.
/// mulsum multiplies by powers of two, which is exact: only `largest` changes.
/// Source  Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 4.2.
[[nodiscard]] double error_bound(collectives::DataType type, collectives::ReduceOp op,
                                 const Summands& summands, int ranks);

}  // namespace assay::benchmarks
