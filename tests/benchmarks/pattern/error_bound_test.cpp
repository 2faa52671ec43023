#include "benchmarks/pattern/error_bound.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "tests/collectives/reference_element.hpp"

namespace assay::benchmarks {
namespace {

using collectives::DataType;
using collectives::ReduceOp;

double rounded(DataType type, double value) {
  return floating_value(type, collectives::floating_bits(type, value));
}

/// All sums that any order of additions, each rounded, can give.
std::set<double> all_sums(DataType type, const std::vector<double>& values) {
  if (values.size() == 1) return {values[0]};
  std::set<double> sums;
  // Every split into two sides; the last value is always on the second.
  for (std::size_t chosen = 1; chosen < std::size_t{1} << (values.size() - 1); ++chosen) {
    std::vector<double> one;
    std::vector<double> other;
    for (std::size_t i = 0; i < values.size(); ++i)
      ((chosen >> i & 1U) != 0 ? one : other).push_back(values[i]);
    for (const double left : all_sums(type, one))
      for (const double right : all_sums(type, other)) sums.insert(rounded(type, left + right));
  }
  return sums;
}

/// The greatest difference from the exact sum, rounded, over all values and orders.
double worst_difference(DataType type, ReduceOp op, int summands, int largest, int ranks) {
  const double divisor = op == ReduceOp::avg ? ranks : 1.0;
  const int choices = 2 * largest + 1;
  double worst = 0.0;
  // Sums depend on which values there are, not on their order.
  std::vector<int> chosen(static_cast<std::size_t>(summands), 0);
  while (true) {
    std::vector<double> values;
    double exact = 0.0;
    for (const int choice : chosen) {
      values.push_back(choice - largest);
      exact += values.back();
    }
    const double expected = rounded(type, rounded(type, exact) / divisor);
    for (const double sum : all_sums(type, values))
      worst = std::max(worst, std::abs(rounded(type, sum / divisor) - expected));
    std::size_t digit = 0;
    while (digit < chosen.size() && chosen[digit] == choices - 1) ++digit;
    if (digit == chosen.size()) return worst;
    std::fill_n(chosen.begin(), digit + 1, chosen[digit] + 1);
  }
}

struct Case {
  DataType type;
  ReduceOp op;
  int summands;
  int largest;
};

class ErrorBound : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(NarrowFloats, ErrorBound,
                         testing::Values(Case{DataType::float8_e5m2, ReduceOp::sum, 2, 3},
                                         Case{DataType::float8_e5m2, ReduceOp::sum, 3, 3},
                                         Case{DataType::float8_e5m2, ReduceOp::sum, 4, 3},
                                         Case{DataType::float8_e5m2, ReduceOp::mulsum, 4, 6},
                                         Case{DataType::float8_e5m2, ReduceOp::avg, 3, 3},
                                         Case{DataType::float8_e5m2, ReduceOp::avg, 4, 3},
                                         Case{DataType::float8_e5m2, ReduceOp::sum, 5, 3},
                                         Case{DataType::float8_e4m3, ReduceOp::sum, 4, 3},
                                         Case{DataType::float8_e4m3, ReduceOp::mulsum, 4, 6},
                                         Case{DataType::float8_e4m3, ReduceOp::avg, 5, 5}));

TEST_P(ErrorBound, HoldsForEveryOrderAndIsNotFarOff) {
  const auto& [type, op, summands, largest] = GetParam();
  const int ranks = summands;
  const double bound = error_bound(type, op, {summands, static_cast<double>(largest), 1.0}, ranks);
  const double worst = worst_difference(type, op, summands, largest, ranks);
  EXPECT_LE(worst, bound);
  EXPECT_EQ(worst == 0.0, bound == 0.0);
  EXPECT_LE(bound, 4 * worst);
}

TEST(ErrorBound, IsZeroWhereEverySumFits) {
  // 8 values below 32 sum up to less than 256: 8 bits.
  EXPECT_EQ(error_bound(DataType::bfloat16, ReduceOp::sum, {8, 31, 1}, 8), 0.0);
  EXPECT_EQ(error_bound(DataType::bfloat16, ReduceOp::avg, {8, 31, 1}, 8), 0.0);
  // The last addition alone may round, as the exact sum does.
  EXPECT_EQ(error_bound(DataType::bfloat16, ReduceOp::sum, {9, 31, 1}, 9), 0.0);
  EXPECT_GT(error_bound(DataType::bfloat16, ReduceOp::sum, {10, 31, 1}, 10), 0.0);
  EXPECT_EQ(error_bound(DataType::int8, ReduceOp::sum, {1000, 127, 1}, 1000), 0.0);
}

TEST(ErrorBound, IsAtMostTheTextbooks) {
  // Higham: ((1 + u)^(n-1) - 1) sum |x|, and here the rounding of the exact sum.
  for (const int summands : {2, 3, 5, 10, 20}) {
    const double u = std::ldexp(1.0, -4);
    const double total = summands * 7.0;
    const double textbook = (std::pow(1 + u, summands - 1) - 1) * total + u * total;
    EXPECT_LE(error_bound(DataType::float8_e4m3, ReduceOp::sum, {summands, 7, 1}, summands),
              textbook);
  }
}

TEST(ErrorBound, FollowsTheGrid) {
  const double whole = error_bound(DataType::float8_e5m2, ReduceOp::sum, {4, 3, 1}, 4);
  EXPECT_EQ(error_bound(DataType::float8_e5m2, ReduceOp::sum, {4, 0.75, 0.25}, 4), whole / 4);
}

}  // namespace
}  // namespace assay::benchmarks
