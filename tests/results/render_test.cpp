#include <gmock/gmock.h>

#include <sstream>

#include "results/text.hpp"
#include "results/verdict.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::filesystem::path folder = "results/runs/2026-11-23T16-29-00Z-n0";

void add(Verdict& verdict, Status status, int count, const std::string& reason = "") {
  for (int i = 0; i < count; ++i) {
    Check check;
    check.name = "pair/bandwidth";
    check.subject = "subject-" + std::to_string(verdict.checks.size());
    check.status = status;
    check.measured = Measured{.value = 5.1e8, .unit = "bytes_per_s", .interval = {}};
    check.expected = Expected{.value = 1e9, .source = "peers"};
    check.reason = reason;
    verdict.checks.push_back(check);
  }
}

Suspect slow_node() {
  Suspect suspect;
  suspect.kind = "node";
  suspect.name = "n2";
  suspect.direction = "send";
  suspect.layer = "hardware";
  suspect.deficit = 0.49;
  suspect.confidence = 0.9997;
  suspect.evidence = {"n2->n0 0.51 GB/s, peers 1.00 GB/s", "confirmed with n5, n7"};
  suspect.action = "check cable and port of n2";
  return suspect;
}

Verdict failed() {
  Verdict verdict;
  verdict.verdict = Status::fail;
  verdict.level = "quick";
  verdict.profile = "auto";
  add(verdict, Status::pass, 35);
  add(verdict, Status::fail, 1, "49 % below its peers");
  add(verdict, Status::inconclusive, 2, "too busy");
  add(verdict, Status::skipped, 4, "no GPU on this machine");
  verdict.suspects.push_back(slow_node());
  return verdict;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(Render, SaysFirstOfAllThatNothingOfItIsReal) {
  auto verdict = failed();
  verdict.label = simulated_label;
  EXPECT_THAT(render(verdict, folder), StartsWith("SIMULATED FAIL   1 of 38 checks failed"));
}

TEST(Render, BeginsWithTheVerdict) {
  EXPECT_EQ(first_line(render(failed(), folder)),
            "FAIL   1 of 38 checks failed, 2 inconclusive, 4 skipped, 1 suspect");
  Verdict verdict;
  verdict.verdict = Status::pass;
  add(verdict, Status::pass, 3);
  EXPECT_EQ(first_line(render(verdict, folder)), "PASS   3 of 3 checks passed, no suspects");
  verdict.verdict = Status::inconclusive;
  add(verdict, Status::inconclusive, 1);
  EXPECT_EQ(first_line(render(verdict, folder)),
            "INCONCLUSIVE   1 of 4 checks inconclusive, none failed, no suspects");
}

TEST(Render, SaysThatNothingWasChecked) {
  Verdict verdict;
  EXPECT_EQ(first_line(render(verdict, folder)), "INCONCLUSIVE   nothing was checked, no suspects");
  add(verdict, Status::skipped, 2, "no GPU");
  EXPECT_THAT(first_line(render(verdict, folder)), HasSubstr("nothing was checked, 2 skipped"));
}

TEST(Render, SaysThatARunBrokeOff) {
  Verdict verdict;
  verdict.verdict = Status::fail;
  auto suspect = slow_node();
  suspect.kind = "rank";
  suspect.name = "rank 2";
  suspect.host = "n2";
  suspect.rank = 2;
  suspect.layer = "process";
  verdict.suspects = {suspect};
  const auto text = render(verdict, folder);
  EXPECT_EQ(first_line(text), "FAIL   the run broke off; nothing was checked, 1 suspect");
  EXPECT_THAT(text, HasSubstr("1. rank 2 on n2: died, stopped or fell silent"));
}

TEST(Render, NamesSuspectsWithEvidenceAndAction) {
  EXPECT_THAT(
      render(failed(), folder),
      AllOf(HasSubstr("SUSPECTS, worst first"), HasSubstr("1. node n2: sends 49 % below"),
            HasSubstr("hardware"), HasSubstr("- n2->n0 0.51 GB/s, peers 1.00 GB/s"),
            HasSubstr("- confirmed with n5, n7"), HasSubstr("-> check cable and port of n2")));
}

TEST(Render, NeverRoundsConfidenceUpToCertainty) {
  EXPECT_THAT(render(failed(), folder), AllOf(HasSubstr("99.9 %"), Not(HasSubstr("100"))));
}

TEST(Render, NamesBothEndsOfAPath) {
  auto verdict = failed();
  verdict.suspects[0].kind = "path";
  verdict.suspects[0].peer = "n5";
  EXPECT_THAT(render(verdict, folder), HasSubstr("1. path n2 to n5: "));
}

TEST(Render, SaysThatThereAreNoSuspects) {
  auto verdict = failed();
  verdict.suspects.clear();
  EXPECT_THAT(render(verdict, folder), HasSubstr("Suspects: none\n"));
}

TEST(Render, ListsWhatFailedWasUnclearAndWasSkippedWithReasons) {
  EXPECT_THAT(render(failed(), folder),
              AllOf(HasSubstr("FAILED\n  pair/bandwidth subject-35: 49 % below its peers\n"),
                    HasSubstr("INCONCLUSIVE\n  pair/bandwidth subject-36, subject-37: too busy\n"),
                    HasSubstr("SKIPPED\n  pair/bandwidth (4 subjects): no GPU on this machine\n")));
}

TEST(Render, ListsTenAndCountsTheOthers) {
  Verdict verdict;
  verdict.verdict = Status::fail;
  add(verdict, Status::fail, 13, "slow");
  EXPECT_THAT(render(verdict, folder),
              AllOf(HasSubstr("subject-9: slow"), Not(HasSubstr("subject-10: slow")),
                    HasSubstr("and 3 more")));
}

TEST(Render, EndsWithThePlaceAndTheNextStep) {
  EXPECT_THAT(render(failed(), folder),
              AllOf(HasSubstr("\nRun:  " + folder.string() + "\n"),
                    HasSubstr("\nNext: see to node n2 "), EndsWith("\n")));
  Verdict verdict;
  EXPECT_THAT(render(verdict, folder), HasSubstr("Next: this is not a pass"));
}

TEST(Render, FitsAnyWidth) {
  auto verdict = failed();
  verdict.suspects[0].evidence.push_back(std::string(300, 'x') + " µµµµ");
  for (int width = 40; width <= 140; ++width) {
    std::istringstream lines{render(verdict, folder, width)};
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(columns(line), width) << line;
    }
  }
}

TEST(Render, StaysReadableWhereTheTerminalHasNoWidth) {
  EXPECT_EQ(render(failed(), folder, 0), render(failed(), folder, 40));
}

TEST(Render, PassesNoTerminalCommandsOn) {
  auto verdict = failed();
  const std::string hostile = "\x1b[2J\r\x07";
  verdict.level = verdict.profile = hostile;
  for (auto& check : verdict.checks) {
    check.name = check.subject = check.reason = check.expected->source = hostile;
    check.measured->unit = hostile;
  }
  auto& suspect = verdict.suspects[0];
  suspect.name = suspect.kind = suspect.layer = suspect.action = hostile;
  suspect.host = suspect.peer = suspect.direction = hostile;
  suspect.evidence = {hostile};
  for (const char* part : {"\x1b", "\r", "\x07"}) {
    EXPECT_THAT(render(verdict, hostile), Not(HasSubstr(part)));
  }
}

}  // namespace
}  // namespace assay::results
