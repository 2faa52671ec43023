#include "results/record.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

Record full_record() {
  Record record;
  record.benchmark = "all_reduce";
  record.implementation = "assay";
  record.algorithm = "ring";
  record.transport = "shared_memory";
  record.label = "virtual";
  record.dtype = "float32";
  record.op = "sum";
  record.size_bytes = std::numeric_limits<std::uint64_t>::max();
  record.shape = "300x200x77";
  record.layout = "tn";
  record.threads = 2;
  record.operands = "k/64, k uniformly random in -127..127";
  record.ranks = 4;
  record.group = 1;
  record.members = {1, 3, 5, 7};
  record.in_place = false;
  record.registered = true;
  record.symmetric_window = true;
  record.graph = 20;
  record.selection = "auto";
  record.samples_s = {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308};
  record.disturbed = {0, 1, 0, 1};
  record.median_s = 0.1 + 0.2;
  record.interval_s = {{0.1, 0.4}};
  record.percentiles_s = Percentiles{0.1, 0.15, 0.3, 0.4, 0.4};
  record.fast_s = 0.1;
  record.stop = "interval";
  record.aggregated = 4;
  record.algorithm_bandwidth_bytes_per_s = 1.03e10;
  record.bus_bandwidth_bytes_per_s = 1.54e10;
  record.rate_flop_per_s = 1e11;
  record.share_of_peak = 0.8;
  record.wrong = 3;
  record.first_wrong = WrongValue{2, 17, "1.5", "nan"};
  record.arrival_skew_s = 2e-6;
  record.per_rank = {{0, 1e-4, 1e-6, 3, 0.25, 0}, {1, {}, {}, {}, {}, {}}};
  record.from = "n0";
  record.to = "n2";
  record.from_rank = 0;
  record.to_rank = 2;
  record.rail = "mlx5_0";
  record.concurrent_rails = 4;
  record.rank = 1;
  record.host = "n1";
  record.device = "cpu";
  record.peer = "gpu1";
  record.confirmation = 2;
  record.digest = "85944171f73967e8";
  record.report.facts["name"] = "Stand-in GPU";
  record.window = 3;
  record.time = "2026-11-23T16:29:00Z";
  return record;
}

std::string minimal(const std::string& fields) {
  return R"({"schema": 1, "benchmark": "b", "implementation": "i")" +
         (fields.empty() ? "" : ", " + fields) + "}";
}

TEST(RecordLine, HoldsEveryFieldUnderItsContractName) {
  const auto line = to_json_line(full_record());
  for (const char* name : {"benchmark",
                           "implementation",
                           "algorithm",
                           "transport",
                           "memory",
                           "label",
                           "dtype",
                           "op",
                           "size_bytes",
                           "digest",
                           "report",
                           "window",
                           "shape",
                           "layout",
                           "threads",
                           "operands",
                           "ranks",
                           "group",
                           "members",
                           "in_place",
                           "registered",
                           "symmetric_window",
                           "graph",
                           "samples_s",
                           "disturbed",
                           "median_s",
                           "interval_s",
                           "percentiles_s",
                           "fast_s",
                           "stop",
                           "aggregated",
                           "algorithm_bandwidth_bytes_per_s",
                           "bus_bandwidth_bytes_per_s",
                           "rate_flop_per_s",
                           "share_of_peak",
                           "wrong",
                           "first_wrong",
                           "arrival_skew_s",
                           "per_rank",
                           "from",
                           "to",
                           "from_rank",
                           "to_rank",
                           "rail",
                           "rank",
                           "host",
                           "device",
                           "peer",
                           "confirmation",
                           "time"}) {
    EXPECT_THAT(line, HasSubstr(std::string{"\""} + name + "\":")) << name;
  }
  EXPECT_THAT(line, AllOf(StartsWith(R"({"schema":1,)"), Not(HasSubstr("\n"))));
}

TEST(RecordLine, SurvivesReadingAndWritingAgain) {
  const auto line = to_json_line(full_record());
  EXPECT_EQ(to_json_line(parse_record(line)), line);
}

TEST(RecordLine, KeepsEveryBitOfADouble) {
  const auto original = full_record();
  const auto read = parse_record(to_json_line(original));
  EXPECT_EQ(read.samples_s, original.samples_s);
  EXPECT_EQ(read.median_s, original.median_s);
  EXPECT_EQ(read.size_bytes, original.size_bytes);
  EXPECT_EQ(read.disturbed, original.disturbed);
}

TEST(RecordLine, DoesNotWriteWhatWasNotMeasured) {
  Record record;
  record.benchmark = "matmul";
  record.implementation = "openblas";
  EXPECT_EQ(to_json_line(record), R"({"schema":1,"benchmark":"matmul","implementation":"openblas",)"
                                  R"("memory":"host","label":"real"})");
}

TEST(RecordLine, NeverHoldsWhatIsNoNumber) {
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    for (const auto spoil : {+[](Record&r, double v) { r.samples_s[1] = v; },
                             +[](Record&r, double v) { r.median_s = v; },
                             +[](Record&r, double v) {
                               r.interval_s = {{0, v}};
                             },
                             +[](Record&r, double v) { r.percentiles_s->p99 = v; },
                             +[](Record&r, double v) { r.bus_bandwidth_bytes_per_s = v; },
                             +[](Record&r, double v) { r.per_rank[0].median_s = v; }}) {
      auto record = full_record();
      spoil(record, bad);
      EXPECT_THROW((void)to_json_line(record), Error);
    }
  }
}

TEST(RecordLine, EscapesWhatWouldBreakALine) {
  auto record = full_record();
  record.rail = "two\nlines and \x1b[31m and \xff";
  EXPECT_THAT(to_json_line(record), AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\x1b"))));
}

TEST(ParseRecord, ReadsTheDocumentedExample) {
  const auto record = parse_record(
      R"({"schema": 1, "benchmark": "all_reduce", "implementation": "assay", "algorithm": "ring",
          "transport": "shared_memory", "memory": "host", "label": "real", "dtype": "float32",
          "op": "sum", "size_bytes": 1048576, "ranks": 4, "in_place": false, "registered": true,
          "samples_s": [0.000103, 0.000101], "median_s": 0.000102,
          "interval_s": [0.000101, 0.000103], "algorithm_bandwidth_bytes_per_s": 1.03e10,
          "bus_bandwidth_bytes_per_s": 1.54e10, "wrong": 0, "arrival_skew_s": 0.000002,
          "per_rank": [{"rank": 0, "median_s": 0.0001}]})");
  EXPECT_EQ(record.algorithm, "ring");
  EXPECT_EQ(record.size_bytes, 1048576U);
  EXPECT_EQ(record.samples_s.size(), 2U);
  EXPECT_EQ(record.wrong, 0U);
  ASSERT_EQ(record.per_rank.size(), 1U);
  EXPECT_EQ(record.per_rank[0].median_s, 0.0001);
  EXPECT_FALSE(record.fast_s);
}

TEST(ParseRecord, ReadsPercentiles) {
  const auto record = parse_record(
      minimal(R"("percentiles_s": {"p1": 0, "p5": 1, "p50": 1, "p95": 2.5, "p99": 3})"));
  ASSERT_TRUE(record.percentiles_s);
  EXPECT_EQ(record.percentiles_s->p1, 0);
  EXPECT_EQ(record.percentiles_s->p5, 1);
  EXPECT_EQ(record.percentiles_s->p50, 1);
  EXPECT_EQ(record.percentiles_s->p95, 2.5);
  EXPECT_EQ(record.percentiles_s->p99, 3);
  EXPECT_FALSE(parse_record(minimal("")).percentiles_s);
}

TEST(ParseRecord, ReadsTheMembersOfAGroup) {
  const auto record = parse_record(minimal(R"("ranks": 2, "group": 4, "members": [0, 3])"));
  EXPECT_EQ(record.group, 4);
  EXPECT_EQ(record.members, (std::vector{0, 3}));
  EXPECT_FALSE(parse_record(minimal(R"("ranks": 2)")).group);
  for (const char* wrong : {R"("ranks": 2, "members": [0])", R"("members": [0, 1])",
                            R"("ranks": 1, "members": [0.5])", R"("ranks": 1, "members": [-1])",
                            R"("ranks": 1, "members": [3000000000])", R"("members": 1)"})
    EXPECT_THROW((void)parse_record(minimal(wrong)), UsageError) << wrong;
}

TEST(ParseRecord, IgnoresUnknownFieldsAndTakesNullForAbsent) {
  const auto record = parse_record(minimal(R"("of_tomorrow": {"a": [1]}, "median_s": null)"));
  EXPECT_EQ(record.benchmark, "b");
  EXPECT_FALSE(record.median_s);
}

TEST(ParseRecord, RefusesAnotherSchema) {
  EXPECT_THAT(
      [] { (void)parse_record(R"({"schema": 2, "benchmark": "b", "implementation": "i"})"); },
      ThrowsMessage<UsageError>(
          "records of schema 2 are not understood; this build reads schema 1"));
  EXPECT_THROW((void)parse_record(R"({"schema": "1", "benchmark": "b", "implementation": "i"})"),
               UsageError);
  EXPECT_THAT([] { (void)parse_record(R"({"benchmark": "b", "implementation": "i"})"); },
              ThrowsMessage<UsageError>("schema is missing"));
}

TEST(ParseRecord, RefusesMissingRequiredFields) {
  EXPECT_THAT([] { (void)parse_record(R"({"schema": 1, "implementation": "i"})"); },
              ThrowsMessage<UsageError>("benchmark is missing"));
  EXPECT_THAT([] { (void)parse_record(R"({"schema": 1, "benchmark": "b"})"); },
              ThrowsMessage<UsageError>("implementation is missing"));
}

TEST(ParseRecord, RefusesWrongTypesAndImpossibleValues) {
  for (const char* field : {R"("algorithm": ["ring"])",
                            R"("size_bytes": -1)",
                            R"("size_bytes": 1.5)",
                            R"("size_bytes": "1M")",
                            R"("ranks": 0)",
                            R"("ranks": 1e10)",
                            R"("in_place": 1)",
                            R"("aggregated": 0)",
                            R"("samples_s": 1)",
                            R"("samples_s": ["1"])",
                            R"("samples_s": [-1])",
                            R"("samples_s": [null])",
                            R"("median_s": "fast")",
                            R"("median_s": -1)",
                            R"("median_s": 1e999)",
                            R"("interval_s": [2, 1])",
                            R"("percentiles_s": [1])",
                            R"("percentiles_s": {})",
                            R"("percentiles_s": {"p1": 1, "p5": 2, "p50": 3, "p95": 4})",
                            R"("percentiles_s": {"p1": 2, "p5": 1, "p50": 3, "p95": 4, "p99": 5})",
                            R"("percentiles_s": {"p1": -1, "p5": 1, "p50": 3, "p95": 4, "p99": 5})",
                            R"("per_rank": {})",
                            R"("per_rank": [1])",
                            R"("per_rank": [{}])",
                            R"("per_rank": [{"rank": -1}])",
                            R"("first_wrong": 3)",
                            R"("first_wrong": {})",
                            R"("wrong": -1)",
                            R"("from_rank": -2)",
                            R"("confirmation": -1)",
                            R"("samples_s": [1], "disturbed": [2])"}) {
    EXPECT_THROW((void)parse_record(minimal(field)), UsageError) << field;
  }
}

TEST(ParseRecord, RefusesDisturbancesThatDoNotMatchTheSamples) {
  EXPECT_THAT([] { (void)parse_record(minimal(R"("samples_s": [1, 2], "disturbed": [0])")); },
              ThrowsMessage<UsageError>(HasSubstr("must agree")));
  EXPECT_NO_THROW((void)parse_record(minimal(R"("samples_s": [1, 2], "disturbed": [0, 1])")));
}

TEST(ParseRecord, RefusesEveryCutOffLine) {
  const auto line = to_json_line(full_record());
  for (std::size_t length = 0; length < line.size(); ++length) {
    EXPECT_THROW((void)parse_record(line.substr(0, length)), UsageError) << length;
  }
}

TEST(ParseRecord, RefusesWhatIsNoObject) {
  for (const char* text : {"[]", "1", "\"record\"", "null", "true"}) {
    EXPECT_THROW((void)parse_record(text), UsageError) << text;
  }
}

}  // namespace
}  // namespace assay::results
