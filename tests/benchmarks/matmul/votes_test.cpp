#include "benchmarks/matmul/votes.hpp"

#include <gtest/gtest.h>

namespace assay::benchmarks {
namespace {

TEST(AgreedDigest, IsWhatMoreThanHalfFound) {
  EXPECT_EQ(agreed_digest({{7, 3}}), 7u);
  EXPECT_EQ(agreed_digest({{7, 20}, {8, 20}, {9, 1}}), std::nullopt);
  EXPECT_EQ(agreed_digest({{7, 21}, {8, 20}}), 7u);
  EXPECT_EQ(agreed_digest({}), std::nullopt);
}

}  // namespace
}  // namespace assay::benchmarks
