#include "results/json_fields.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ParseJson, RefusesWhatIsNoJson) {
  for (const char* text : {"", "nonsense", "{", "{\"a\": 1", "[1, 2", "{\"a\": 1} trailing",
                           "{\"a\": NaN}", "{\"a\": Infinity}", "\x00\xff"}) {
    EXPECT_THAT([&] { (void)parse_json(text); }, ThrowsMessage<UsageError>(HasSubstr("not JSON")))
        << text;
  }
}

TEST(ParseJson, RefusesNumbersThatNoDoubleHolds) {
  EXPECT_THAT([] { (void)parse_json("{\"a\": 1e999}"); },
              ThrowsMessage<UsageError>(HasSubstr("not JSON")));
}

TEST(ParseJson, RefusesDeepNestingWithoutRunningOutOfStack) {
  constexpr int hostile_depth = 1'000'000;
  const std::string lists(hostile_depth, '[');
  EXPECT_THAT([&] { (void)parse_json(lists); },
              ThrowsMessage<UsageError>(HasSubstr("nested deeper")));
  const std::string deepest = std::string(deepest_nesting, '[') + std::string(deepest_nesting, ']');
  EXPECT_NO_THROW((void)parse_json(deepest));
}

TEST(IsWholeJson, TellsWholeFromCutOff) {
  EXPECT_TRUE(is_whole_json("{\"a\": 1}"));
  EXPECT_FALSE(is_whole_json("{\"a\": 1"));
  EXPECT_FALSE(is_whole_json(""));
}

TEST(DumpJson, ReplacesBytesThatAreNoText) {
  const Json json =
      "a\xff"
      "b";
  EXPECT_TRUE(is_whole_json(dump_json(json)));
}

TEST(Finite, RefusesWhatIsNoNumber) {
  EXPECT_EQ(finite(1.5, "x"), 1.5);
  EXPECT_THROW((void)finite(std::numeric_limits<double>::quiet_NaN(), "x"), Error);
  EXPECT_THAT([] { (void)finite(std::numeric_limits<double>::infinity(), "median_s"); },
              ThrowsMessage<Error>(HasSubstr("median_s")));
}

TEST(FieldReader, NamesFieldValueAndWhatItShouldBe) {
  const Json json = parse_json(R"({"list": [{"a": 1}, {"a": "no"}]})");
  const auto objects = FieldReader{json}.objects("list");
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0].integer("a"), 1);
  EXPECT_THAT([&] { (void)objects[1].integer("a"); },
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr("list[1].a"), HasSubstr("\"no\""), HasSubstr("whole number"))));
}

TEST(FieldReader, TakesNullForAbsent) {
  const Json json = parse_json(R"({"a": null})");
  EXPECT_FALSE(FieldReader{json}.text("a"));
  EXPECT_FALSE(FieldReader{json}.number("a"));
  EXPECT_THAT([&] { (void)FieldReader{json}.required_text("a"); },
              ThrowsMessage<UsageError>(HasSubstr("a is missing")));
}

TEST(FieldReader, RefusesWholeNumbersOutOfRange) {
  const Json json = parse_json(R"({"below": -1, "above": 3000000000, "huge": 18446744073709551616,
                                   "wrapping": 18446744073709551615, "fraction": 1.5})");
  const FieldReader fields{json};
  for (const char* name : {"below", "above", "huge", "wrapping", "fraction"}) {
    EXPECT_THROW((void)fields.integer(name), UsageError) << name;
  }
  for (const char* name : {"below", "huge", "fraction"}) {
    EXPECT_THROW((void)fields.count(name), UsageError) << name;
  }
  EXPECT_EQ(fields.count("wrapping"), std::numeric_limits<std::uint64_t>::max());
}

TEST(FieldReader, RefusesIntervalsUpsideDown) {
  const Json json = parse_json(R"({"good": [1, 2], "down": [2, 1], "short": [1], "text": "1"})");
  const FieldReader fields{json};
  EXPECT_EQ(fields.interval("good"), (std::array{1.0, 2.0}));
  for (const char* name : {"down", "short", "text"}) {
    EXPECT_THROW((void)fields.interval(name), UsageError) << name;
  }
}

}  // namespace
}  // namespace assay::results
