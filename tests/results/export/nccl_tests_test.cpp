#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "results/export/formats.hpp"
#include "results/json_fields.hpp"
#include "tests/results/export/sample_run.hpp"

namespace assay::results {
namespace {

TEST(NcclTests, PutsBothHalvesInOneResult) {
  const Json json = parse_json(nccl_tests_json(sample_run()));
  ASSERT_EQ(json["results"].size(), 1U);
  const Json& result = json["results"][0];
  EXPECT_EQ(result["count"], 1 << 18);
  EXPECT_EQ(result["type"], "float");
  EXPECT_EQ(result["root"], "    -1");
  EXPECT_DOUBLE_EQ(result["out_of_place"]["time"], 200);
  EXPECT_DOUBLE_EQ(result["in_place"]["time"], 400);
  EXPECT_DOUBLE_EQ(json["average_bus_bandwidth"]["bandwidth"].get<double>(),
                   (1.5 * (1 << 20) / 2e-4 + 1.5 * (1 << 20) / 4e-4) / 2 / 1e9);
}

TEST(NcclTests, ACountIsOfOneBlockWhereThereAreBlocks) {
  JudgedRun judged = sample_run();
  judged.run.records.resize(1);
  judged.run.records[0].benchmark = "all_gather";
  const Json json = parse_json(nccl_tests_json(judged));
  EXPECT_EQ(json["results"][0]["count"], 1 << 16);
  EXPECT_TRUE(json["results"][0]["in_place"].is_null());
}

TEST(NcclTests, RefusesARunWithoutCollectives) {
  JudgedRun judged = sample_run();
  judged.run.records.erase(judged.run.records.begin(), judged.run.records.begin() + 2);
  EXPECT_THROW(static_cast<void>(nccl_tests_json(judged)), UsageError);
}

}  // namespace
}  // namespace assay::results
