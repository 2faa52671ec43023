#include "results/text.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace assay::results {
namespace {

int widest_line(const std::string& text) {
  std::istringstream lines{text};
  int widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, columns(line));
  return widest;
}

TEST(Columns, CountCodePoints) {
  EXPECT_EQ(columns(""), 0);
  EXPECT_EQ(columns("µs"), 2);
  EXPECT_EQ(columns("naïve…"), 6);
}

TEST(Cut, KeepsWhatFitsAndMarksWhatDoesNot) {
  EXPECT_EQ(cut("abcdef", 6), "abcdef");
  EXPECT_EQ(cut("abcdefg", 6), "abc...");
  EXPECT_EQ(cut("µµµµµµµ", 6), "µµµ...");
  EXPECT_EQ(cut("abcdef", 2), "..");
  EXPECT_EQ(cut("abcdef", 0), "");
}

TEST(Wrap, BreaksBetweenWordsAndIndents) {
  EXPECT_EQ(wrap("- ", "one two three", 9), "- one two\n  three\n");
  EXPECT_EQ(wrap("- ", "one two three", 100), "- one two three\n");
  EXPECT_EQ(wrap("- ", "", 9), "- \n");
}

TEST(Wrap, BreaksWordsLongerThanALine) {
  EXPECT_EQ(wrap("> ", "abcdefgh", 5), "> abc\n  def\n  gh\n");
  EXPECT_EQ(wrap("> ", "a bcdefgh", 5), "> a\n  bcd\n  efg\n  h\n");
}

TEST(Wrap, NeverExceedsTheWidth) {
  const std::string text = "some words and averyveryverylongone, then µµµµµµµµµµµµµµµµ and short";
  for (int width = 5; width < 80; ++width) {
    EXPECT_LE(widest_line(wrap("  - ", text, width)), width) << width;
  }
}

TEST(Table, AlignsItsColumns) {
  EXPECT_EQ(
      table({{Column::Side::left, 1, {"name", "a"}}, {Column::Side::right, 1, {"n", "100"}}}, 40),
      "  name    n\n  a     100\n");
}

TEST(Table, DropsTheLeastImportantColumnFirst) {
  const std::vector<Column> columns{{Column::Side::left, 9, {"name"}},
                                    {Column::Side::left, 1, {"least"}},
                                    {Column::Side::left, 2, {"more"}}};
  EXPECT_EQ(table(columns, 19), "  name  least  more\n");
  EXPECT_EQ(table(columns, 18), "  name  more\n");
  EXPECT_EQ(table(columns, 11), "  name\n");
  EXPECT_EQ(table(columns, 5), "  ...\n");
}

TEST(Table, OfNothingIsEmpty) { EXPECT_EQ(table({}, 40), ""); }

}  // namespace
}  // namespace assay::results
