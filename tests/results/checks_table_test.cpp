#include "results/checks_table.hpp"

#include <gmock/gmock.h>

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr int wide = 200;

Check check(const std::string& name, const std::string& subject, Status status) {
  Check result;
  result.name = name;
  result.subject = subject;
  result.status = status;
  return result;
}

Check measured(const std::string& subject, double value, double expected,
               const std::string& unit = "bytes_per_s") {
  Check result = check("pair/bandwidth", subject, Status::pass);
  result.measured = Measured{.value = value, .unit = unit, .interval = {}};
  result.expected = Expected{.value = expected, .source = "peers"};
  return result;
}

std::string second_line(const std::string& text) {
  const auto begin = text.find('\n') + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string row_of(std::vector<Check> checks) {
  Verdict verdict;
  verdict.checks = std::move(checks);
  return second_line(checks_table(verdict, wide));
}

TEST(ChecksTable, CountsByStatus) {
  EXPECT_THAT(row_of({check("a", "1", Status::pass), check("a", "2", Status::pass),
                      check("a", "3", Status::fail), check("a", "4", Status::inconclusive),
                      check("a", "5", Status::inconclusive), check("a", "6", Status::skipped)}),
              MatchesRegex(" *a +2 +1 +2 +1 +- +-"));
}

TEST(ChecksTable, HasALineForEachKindInTheJudgesOrder) {
  Verdict verdict;
  verdict.checks = {check("b", "1", Status::pass), check("a", "1", Status::pass),
                    check("b", "2", Status::pass)};
  const auto text = checks_table(verdict, wide);
  EXPECT_LT(text.find("\n  b"), text.find("\n  a"));
  EXPECT_THAT(text, Not(HasSubstr("b  1\n")));
}

TEST(ChecksTable, ShowsTheWorstByShareOfWhatIsExpected) {
  const auto row = row_of(
      {measured("n0->n1", 2e9, 2e9), measured("n0->n2", 3e9, 6e9), measured("n1->n2", 1e9, 1e9)});
  EXPECT_THAT(row, MatchesRegex(".*3.00 GB/s +6.00 GB/s +n0->n2 +peers"));
}

TEST(ChecksTable, TakesTheLongestTimeForTheWorst) {
  const auto row =
      row_of({measured("n0->n1", 1e-6, 2e-6, "s"), measured("n0->n2", 3e-6, 2e-6, "s")});
  EXPECT_THAT(row, MatchesRegex(".*3.00 us +2.00 us +n0->n2 +peers"));
}

TEST(ChecksTable, TakesWrongElementsForTheWorst) {
  const auto row = row_of({measured("ring", 0, 0, "elements"), measured("tree", 7, 0, "elements")});
  EXPECT_THAT(row, HasSubstr("7 elements"));
}

TEST(ChecksTable, PrefersFiguresThatAreCompared) {
  auto alone = measured("n0->n1", 1, 1);
  alone.expected.reset();
  EXPECT_THAT(row_of({alone, measured("n0->n2", 2e9, 2e9), alone}), HasSubstr("n0->n2"));
  EXPECT_THAT(row_of({alone}), HasSubstr("n0->n1"));
}

TEST(ChecksTable, FitsAnyWidth) {
  Verdict verdict;
  verdict.checks = {measured("a subject of a considerable length", 1e9, 2e9)};
  verdict.checks[0].name = "a check of a name of considerable length";
  for (int width = 20; width < 150; ++width) {
    const auto text = checks_table(verdict, width);
    EXPECT_LE(text.find('\n'), static_cast<std::size_t>(width));
    EXPECT_LE(second_line(text).size(), static_cast<std::size_t>(width));
  }
}

}  // namespace
}  // namespace assay::results
