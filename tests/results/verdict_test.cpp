#include "results/verdict.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "core/error.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

// The example of docs/interface.md.
constexpr const char* documented = R"({"schema": 1, "verdict": "fail", "level": "quick",
 "profile": "auto",
 "checks": [{"name": "pair/bandwidth", "subject": "n0->n2", "status": "fail",
             "measured": {"value": 5.1e7, "unit": "bytes_per_s", "interval": [5.0e7, 5.2e7]},
             "expected": {"value": 1.0e8, "source": "peers"}, "reason": "49 % below its peers"}],
 "suspects": [{"kind": "node", "name": "n2", "direction": "send", "peer": null,
               "layer": "hardware", "deficit": 0.49, "confidence": 0.999,
               "evidence": ["n2->n0 5.1e7 B/s, peers 1.0e8", "confirmed with n5, n7"],
               "action": "check cable and port of n2; re-run with --nodes n2,n5"}]})";

std::string suspect_with(const std::string& field, const std::string& value) {
  std::string text = documented;
  const auto begin = text.find("\"" + field + "\": ", text.find("suspects")) + field.size() + 4;
  return text.replace(begin, text.find_first_of(",\n", begin) - begin, value);
}

TEST(VerdictText, ReadsTheDocumentedExample) {
  const auto verdict = parse_verdict(documented);
  EXPECT_EQ(verdict.verdict, Status::fail);
  ASSERT_EQ(verdict.checks.size(), 1U);
  EXPECT_EQ(verdict.checks[0].measured->interval, (std::array{5.0e7, 5.2e7}));
  EXPECT_EQ(verdict.checks[0].expected->source, "peers");
  ASSERT_EQ(verdict.suspects.size(), 1U);
  EXPECT_EQ(verdict.suspects[0].direction, "send");
  EXPECT_FALSE(verdict.suspects[0].peer);
  EXPECT_FALSE(verdict.suspects[0].rank);
}

TEST(VerdictText, SurvivesReadingAndWritingAgain) {
  auto verdict = parse_verdict(documented);
  verdict.suspects[0].rank = 2;
  verdict.suspects[0].host = "n2";
  verdict.label = simulated_label;
  verdict.checks.push_back({"memory/copy", "rank 1", Status::skipped, {}, {}, "not asked for"});
  const auto text = to_json(verdict);
  EXPECT_THAT(text, HasSubstr("\"label\": \"simulated\""));
  EXPECT_EQ(to_json(parse_verdict(text)), text);
}

TEST(VerdictText, HasNullForWhatASuspectHasNot) {
  auto verdict = parse_verdict(documented);
  verdict.suspects[0].direction.reset();
  const auto text = to_json(verdict);
  EXPECT_THAT(text, HasSubstr("\"direction\": null"));
  EXPECT_THAT(text, HasSubstr("\"peer\": null"));
  EXPECT_THAT(text, Not(HasSubstr("\"rank\"")));
  EXPECT_THAT(text, Not(HasSubstr("\"host\"")));
}

TEST(VerdictText, LeavesOutWhatWasNotMeasured) {
  Verdict verdict;
  verdict.checks.push_back({"memory/copy", "rank 1", Status::skipped, {}, {}, "not asked for"});
  const auto text = to_json(verdict);
  EXPECT_THAT(text, Not(HasSubstr("measured")));
  EXPECT_THAT(text, Not(HasSubstr("expected")));
  EXPECT_THAT(text, HasSubstr("\"suspects\": []"));
}

TEST(VerdictText, NeverHoldsWhatIsNoNumber) {
  auto verdict = parse_verdict(documented);
  verdict.suspects[0].deficit = std::nan("");
  EXPECT_THROW((void)to_json(verdict), Error);
  verdict = parse_verdict(documented);
  verdict.checks[0].measured->value = HUGE_VAL;
  EXPECT_THROW((void)to_json(verdict), Error);
}

TEST(ParseVerdict, RefusesUnknownWordsAndListsTheKnown) {
  EXPECT_THAT([] { (void)parse_verdict(suspect_with("kind", "\"cable\"")); },
              ThrowsMessage<UsageError>("unknown kind 'cable'; known: node, rank, gpu, nic, path, "
                                        "switch, uplink"));
  EXPECT_THAT([] { (void)parse_verdict(suspect_with("direction", "\"up\"")); },
              ThrowsMessage<UsageError>(HasSubstr("known: send, receive, both")));
  EXPECT_THAT([] { (void)parse_verdict(suspect_with("layer", "\"luck\"")); },
              ThrowsMessage<UsageError>(HasSubstr("unknown layer 'luck'")));
}

TEST(ParseVerdict, RefusesSharesBeyondOne) {
  for (const char* value : {"1.5", "-0.1", "\"half\"", "null"}) {
    EXPECT_THROW((void)parse_verdict(suspect_with("deficit", value)), UsageError) << value;
    EXPECT_THROW((void)parse_verdict(suspect_with("confidence", value)), UsageError) << value;
  }
  EXPECT_NO_THROW((void)parse_verdict(suspect_with("deficit", "1")));
}

TEST(ParseVerdict, RefusesWhatIsNoVerdict) {
  for (const char* text :
       {"", "[]", R"({"schema": 1})", R"({"schema": 1, "verdict": "skipped"})",
        R"({"schema": 1, "verdict": "maybe"})", R"({"schema": 1, "verdict": "pass", "checks": {}})",
        R"({"schema": 1, "verdict": "pass", "checks": [{"name": "a", "subject": "b"}]})"}) {
    EXPECT_THROW((void)parse_verdict(text), UsageError) << text;
  }
  EXPECT_THAT([] { (void)parse_verdict(R"({"schema": 2, "verdict": "pass"})"); },
              ThrowsMessage<UsageError>(HasSubstr("verdicts of schema 2 are not understood")));
}

TEST(NameOf, KnowsEveryStatus) {
  EXPECT_EQ(name_of(Status::pass), "pass");
  EXPECT_EQ(name_of(Status::fail), "fail");
  EXPECT_EQ(name_of(Status::inconclusive), "inconclusive");
  EXPECT_EQ(name_of(Status::skipped), "skipped");
}

}  // namespace
}  // namespace assay::results
