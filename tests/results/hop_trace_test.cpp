#include "results/hop_trace.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "results/record.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

HopTrace full_trace() {
  HopTrace trace;
  trace.total_s = {0.5, 0.25};
  trace.clock_uncertainty_s = 2e-6;
  trace.hops = {{.from = 0,
                 .to = 3,
                 .lane = 0,
                 .messages = 7,
                 .bytes = 1 << 20,
                 .arrival_s = {0.001, 0.4},
                 .send_blocked_s = 0.125,
                 .starved_s = 0.25,
                 .on_link_s = {0.1, 0.2},
                 .timeline = {{-0.001, 0.0, 0.001}, {0.1, 0.2, 0.4}}},
                {.from = 3, .to = 0, .lane = 2, .on_link_s = {0, 0}}};
  trace.ranks = {{0, {0.1, 0.2}}, {3, {0.01, 0.02}}};
  return trace;
}

Record record_with(const HopTrace& trace) {
  Record record;
  record.benchmark = "all_reduce";
  record.implementation = "assay";
  record.trace = trace;
  return record;
}

TEST(HopTrace, ComesBackFromARecordsLine) {
  const HopTrace trace = full_trace();
  const Record read = parse_record(to_json_line(record_with(trace)));
  ASSERT_TRUE(read.trace);
  EXPECT_EQ(*read.trace, trace);
}

TEST(HopTrace, RefusesATimelineThatIsNone) {
  for (const char* timeline :
       {"3", "[3]", "[[0.1,0.2]]", "[[0.1,0.2,\"c\"]]", "[[0.1,0.2,null]]"}) {
    std::string line = to_json_line(record_with(full_trace()));
    const std::string key = "\"timeline_s\":";
    const auto begin = line.find(key) + key.size();
    line.replace(begin, line.find("]]", begin) + 2 - begin, timeline);
    EXPECT_THAT([&] { static_cast<void>(parse_record(line)); },
                ThrowsMessage<UsageError>(HasSubstr("timeline_s")))
        << line;
  }
}

TEST(HopTrace, IsAbsentFromRecordsThatWereNotTraced) {
  Record record = record_with({});
  record.trace.reset();
  const std::string line = to_json_line(record);
  EXPECT_THAT(line, Not(HasSubstr("trace")));
  EXPECT_FALSE(parse_record(line).trace);
}

TEST(HopTrace, IsWrittenInWholeNanoseconds) {
  HopTrace trace = full_trace();
  trace.hops[0].on_link_s = {1.0 / 3.0, 2e-10};
  const std::string line = to_json_line(record_with(trace));
  EXPECT_THAT(line, HasSubstr("\"on_link_s\":[0.333333333,0.0]"));
}

TEST(HopTrace, SkipsFieldsThatItDoesNotKnow) {
  const Record read = parse_record(
      R"({"schema":1,"benchmark":"all_reduce","implementation":"assay","trace":{"total_s":[1.0],
          "colour":"red","hops":[{"from":0,"to":1,"messages":1,"bytes":8,"arrival_s":[0.1,0.2],
          "send_blocked_s":0.0,"starved_s":0.1,"on_link_s":[0.1],"step":4}]}})");
  ASSERT_TRUE(read.trace);
  EXPECT_EQ(read.trace->hops.at(0).lane, 0);
  EXPECT_EQ(read.trace->hops.at(0).bytes, 8U);
}

TEST(HopTrace, RefusesListsThatDoNotFit) {
  HopTrace trace = full_trace();
  trace.hops[0].on_link_s.push_back(1);
  const std::string line = to_json_line(record_with(trace));
  EXPECT_THAT([&] { static_cast<void>(parse_record(line)); },
              ThrowsMessage<UsageError>(HasSubstr("on_link_s of a trace has 3 entries")));
}

TEST(HopTrace, RefusesTimesBelowZeroAndMissingFields) {
  const auto parsed = [](const std::string& hop) {
    return [hop] {
      static_cast<void>(parse_record(
          R"({"schema":1,"benchmark":"a","implementation":"b","trace":{"total_s":[],"hops":[)" +
          hop + "]}}"));
    };
  };
  EXPECT_THAT(parsed(R"({"from":0,"to":1,"messages":1,"bytes":8,"arrival_s":[0,1],
                         "send_blocked_s":-1.0,"starved_s":0})"),
              ThrowsMessage<UsageError>(HasSubstr("send_blocked_s")));
  EXPECT_THAT(parsed(R"({"from":0,"to":1,"messages":1,"bytes":8,"send_blocked_s":0.0,
                         "starved_s":0})"),
              ThrowsMessage<UsageError>(HasSubstr("arrival_s")));
  EXPECT_THAT(parsed(R"({"from":0,"messages":1})"),
              ThrowsMessage<UsageError>(HasSubstr("to is missing")));
}

TEST(HopTrace, IsNeverWrittenWithoutANumber) {
  HopTrace trace = full_trace();
  trace.ranks[0].busy_s[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(static_cast<void>(to_json_line(record_with(trace))), Error);
}

}  // namespace
}  // namespace assay::results
