#include "results/run_info.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"

namespace assay::results {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

RunInfo full_info() {
  RunInfo info;
  info.id = "2026-11-23T16-29-00Z-n0";
  info.start = "2026-11-23T16:29:00Z";
  info.end = "2026-11-23T16:30:00Z";
  info.command = {"assay", "accept", "--level", "quick"};
  info.verb = "accept";
  info.level = "quick";
  info.version = "0.1.0";
  info.label = simulated_label;
  info.ranks = {{0, "n0", 71, 70, "A Processor", 4, 2, 1ULL << 40},
                {1, "n0", 73, 72, "A Processor", 4, 2, 1ULL << 40}};
  info.ranks[1].gpus = {"gpu2", "gpu3"};
  info.environment = {{"UCX_TLS", "all"}};
  info.libraries = {{"openblas", "0.3.21"}};
  info.topology_json = R"({"z":1,"a":[2.5]})";
  info.network = NetworkInfo{"file",
                             "topology.conf",
                             {{"leaf1", {"n0", "n2"}}, {"leaf2", {"n1"}}},
                             {"eth0"},
                             "",
                             "n1 was gone",
                             12};
  info.busy = {"make (12) 97 %"};
  CostFigures& ring = info.models.emplace_back();
  ring.benchmark = "all_reduce";
  ring.algorithm = "ring";
  ring.transport = "shared_memory";
  ring.dtype = "float32";
  ring.op = "sum";
  ring.ranks = 2;
  ring.group = 3;
  ring.latency_s = 1.5e-7;
  ring.bandwidth_bytes_per_s = 3.2e9;
  ring.reduction_s_per_byte = 3e-11;
  ring.relative_error = 0.2;
  ring.points = {{8, 4e-7}, {64, 5e-7}};
  ring.chosen = {{0, 32}, {129, 4096}};
  CostFigures& pull = info.models.emplace_back();
  pull.benchmark = "all_gather";
  pull.registered = true;
  info.injected = {"slow-send rank 1 0.5"};
  return info;
}

TEST(RunInfoText, SurvivesReadingAndWritingAgain) {
  const auto text = to_json(full_info());
  const auto read = parse_run_info(text);
  EXPECT_EQ(to_json(read), text);
  EXPECT_THAT(read.command, ElementsAre("assay", "accept", "--level", "quick"));
  ASSERT_EQ(read.ranks.size(), 2U);
  EXPECT_EQ(read.ranks[1].pid, 73);
  EXPECT_EQ(read.ranks[1].memory_bytes, 1ULL << 40);
  EXPECT_THAT(read.ranks[1].gpus, ElementsAre("gpu2", "gpu3"));
  EXPECT_EQ(read.topology_json, R"({"z":1,"a":[2.5]})");
  ASSERT_TRUE(read.network);
  EXPECT_EQ(read.network->leaf_of("n2"), 0);
  EXPECT_EQ(read.network->leaf_of("n1"), 1);
  EXPECT_EQ(read.network->leaf_of("n9"), -1);
  EXPECT_EQ(read.network->no_hops, "n1 was gone");
  ASSERT_EQ(read.models.size(), 2U);
  EXPECT_EQ(read.models[0].points[1].size_bytes, 64U);
  EXPECT_EQ(read.models[0].chosen[1].to_bytes, 4096U);
  EXPECT_EQ(read.models[1].op, std::nullopt);
}

TEST(RunInfoText, HasNoEndWhileTheRunGoesOn) {
  auto info = full_info();
  info.end.reset();
  info.topology_json.reset();
  const auto text = to_json(info);
  EXPECT_THAT(text, Not(HasSubstr("\"end\"")));
  EXPECT_THAT(text, Not(HasSubstr("\"topology\"")));
  EXPECT_FALSE(parse_run_info(text).end);
}

TEST(RunInfoText, RefusesATopologyThatIsNoJson) {
  auto info = full_info();
  info.topology_json = "{";
  EXPECT_THROW((void)to_json(info), UsageError);
}

TEST(ParseRunInfo, RefusesWhatItDoesNotUnderstand) {
  EXPECT_THAT([] { (void)parse_run_info(R"({"schema": 3})"); },
              ThrowsMessage<UsageError>(HasSubstr("runs of schema 3 are not understood")));
  EXPECT_THAT([] { (void)parse_run_info(R"({"schema": 1})"); },
              ThrowsMessage<UsageError>("id is missing"));
  const std::string start = R"({"schema": 1, "id": "x", "start": "x", "verb": "accept", )";
  for (const char* field :
       {R"("ranks": [{"rank": 0}]})", R"("ranks": {}})", R"("environment": {"A": 1}})",
        R"("environment": []})", R"("command": "assay"})", R"("busy": [1]})"}) {
    EXPECT_THROW((void)parse_run_info(start + field), UsageError) << field;
  }
}

}  // namespace
}  // namespace assay::results
