#include "core/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "core/error.hpp"

namespace assay {
namespace {

TEST(ParseSize, ReadsBinaryUnits) {
  EXPECT_EQ(parse_size("8"), Bytes{8});
  EXPECT_EQ(parse_size("4K"), 4_KiB);
  EXPECT_EQ(parse_size("4k"), 4_KiB);
  EXPECT_EQ(parse_size("4KiB"), 4_KiB);
  EXPECT_EQ(parse_size("64M"), 64_MiB);
  EXPECT_EQ(parse_size("2G"), 2_GiB);
  EXPECT_EQ(parse_size("0"), Bytes{});
  EXPECT_EQ(parse_size("1.5K"), Bytes{1536});
}

TEST(ParseSize, RefusesWhatIsNoSize) {
  for (const char* text :
       {"", "K", "-1", "8X", "1e400", "nan", "inf", "0.5", "8 K", "99999999999G"})
    EXPECT_THROW(static_cast<void>(parse_size(text)), UsageError) << text;
}

TEST(ParseSpan, ReadsUnitsOfTime) {
  EXPECT_DOUBLE_EQ(parse_span("300").value, 300.0);
  EXPECT_DOUBLE_EQ(parse_span("5ms").value, 0.005);
  EXPECT_DOUBLE_EQ(parse_span("10m").value, 600.0);
  EXPECT_THROW(static_cast<void>(parse_span("-1s")), UsageError);
  EXPECT_THROW(static_cast<void>(parse_span("soon")), UsageError);
}

TEST(ParseShare, ReadsPercentAndFractions) {
  EXPECT_DOUBLE_EQ(parse_share("50%"), 0.5);
  EXPECT_DOUBLE_EQ(parse_share("0.3"), 0.3);
  EXPECT_THROW(static_cast<void>(parse_share("100%")), UsageError);
  EXPECT_THROW(static_cast<void>(parse_share("50")), UsageError);
}

TEST(ParseInteger, NamesTheBounds) {
  EXPECT_EQ(parse_integer("7", 1, 9, "x"), 7);
  try {
    static_cast<void>(parse_integer("12", 1, 9, "-n"));
    FAIL();
  } catch (const UsageError& problem) {
    EXPECT_THAT(problem.what(), testing::AllOf(testing::HasSubstr("-n is '12'"),
                                               testing::HasSubstr("from 1 to 9")));
  }
  EXPECT_THROW(static_cast<void>(parse_integer("7x", 1, 9, "x")), UsageError);
}

}  // namespace
}  // namespace assay
