#include "results/import/lines.hpp"

#include <gmock/gmock.h>

namespace assay::results {
namespace {

using testing::ElementsAre;

TEST(Lines, KnowWhetherTheyEndAndLoseWhatALauncherAdds) {
  const auto lines = lines_of("a\r\n[1,0]<stdout>:b c\n0: d\ne");
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].text, "a");
  EXPECT_EQ(lines[1].text, "b c");
  EXPECT_EQ(lines[2].text, "d");
  EXPECT_EQ(lines[2].place(), "line 3");
  EXPECT_TRUE(lines[2].whole);
  EXPECT_FALSE(lines[3].whole);
  EXPECT_EQ(lines_of("[1,x]<stdout>:b")[0].text, "[1,x]<stdout>:b");
}

TEST(Titles, MayHoldSingleBlanks) {
  EXPECT_THAT(titles_of(" Size     Avg Latency(us)\tIterations"),
              ElementsAre("Size", "Avg Latency(us)", "Iterations"));
}

TEST(Decimal, TakesAllOfAWordOrNothing) {
  EXPECT_EQ(decimal("12.5"), 12.5);
  EXPECT_EQ(decimal("1e+05"), 1e5);
  for (const char* word : {"", "12.5x", "-1", "+1", "nan", "inf", "1e999", ".5", "0x10"})
    EXPECT_FALSE(decimal(word)) << word;
  EXPECT_EQ(whole_number("7"), 7U);
  for (const char* word : {"", "7.0", "-7", "99999999999999999999"})
    EXPECT_FALSE(whole_number(word)) << word;
}

TEST(Agrees, WithinRoundingOfTwoDecimals) {
  EXPECT_TRUE(agrees(0.00, 0.0049));
  EXPECT_TRUE(agrees(40.40, 40.41));
  EXPECT_FALSE(agrees(40.40, 41.0));
}

}  // namespace
}  // namespace assay::results
