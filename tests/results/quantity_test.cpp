#include "results/quantity.hpp"

#include <gtest/gtest.h>

namespace assay::results {
namespace {

TEST(Quantity, IsPrintedInThePrefixesOfTheField) {
  EXPECT_EQ(quantity(1.234e10, "bytes_per_s"), "12.3 GB/s");
  EXPECT_EQ(quantity(5.1e7, "bytes_per_s"), "0.051 GB/s");
  EXPECT_EQ(quantity(4.821e11, "bytes_per_s"), "482 GB/s");
  EXPECT_EQ(quantity(8.61e10, "flop_per_s"), "86.1 GFLOP/s");
  EXPECT_EQ(quantity(7.98e14, "flop_per_s"), "798 TFLOP/s");
  EXPECT_EQ(quantity(4.2e-6, "s"), "4.20 us");
  EXPECT_EQ(quantity(0.0123, "s"), "12300 us");
  EXPECT_EQ(quantity(0.25, "s"), "250 ms");
  EXPECT_EQ(quantity(2.5, "s"), "2.50 s");
}

TEST(Quantity, OfZeroIsZero) {
  EXPECT_EQ(quantity(0, "bytes_per_s"), "0 GB/s");
  EXPECT_EQ(quantity(0, "s"), "0 us");
}

TEST(Quantity, OfAnUnknownUnitIsThePlainNumber) {
  EXPECT_EQ(quantity(3, "elements"), "3 elements");
  EXPECT_EQ(quantity(1.5, ""), "1.5");
}

TEST(LessIsBetter, OfTimesAndErrorsOnly) {
  EXPECT_TRUE(less_is_better("s"));
  EXPECT_TRUE(less_is_better("elements"));
  EXPECT_TRUE(less_is_better("products"));
  EXPECT_FALSE(less_is_better("bytes_per_s"));
  EXPECT_FALSE(less_is_better("flop_per_s"));
}

}  // namespace
}  // namespace assay::results
