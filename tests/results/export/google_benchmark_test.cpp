#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "results/export/formats.hpp"
#include "results/json_fields.hpp"
#include "tests/results/export/sample_run.hpp"

namespace assay::results {
namespace {

TEST(GoogleBenchmark, HasEverySampleAndThreeAggregates) {
  const Json json = parse_json(google_benchmark_json(sample_run()));
  const Json& list = json["benchmarks"];
  ASSERT_EQ(list.size(), 12U);  // two measurements of three samples; the pair has none
  EXPECT_EQ(list[0]["name"], list[1]["name"]);
  EXPECT_DOUBLE_EQ(list[1]["real_time"], 200);
  EXPECT_EQ(list[1]["time_unit"], "us");
  EXPECT_EQ(list[4]["aggregate_name"], "median");
  EXPECT_DOUBLE_EQ(list[4]["real_time"], 200);
  EXPECT_DOUBLE_EQ(list[5]["real_time"], 100);
}

TEST(GoogleBenchmark, NamesSayTheSetting) {
  const Json json = parse_json(google_benchmark_json(sample_run()));
  EXPECT_EQ(
      json["benchmarks"][0]["name"],
      "all_reduce/assay/ring/host/real/float32/sum/size_bytes:1048576/ranks:4/in_place:false");
}

TEST(GoogleBenchmark, RefusesARunWithoutSamples) {
  JudgedRun judged = sample_run();
  judged.run.records.erase(judged.run.records.begin(), judged.run.records.begin() + 2);
  EXPECT_THROW(static_cast<void>(google_benchmark_json(judged)), UsageError);
}

}  // namespace
}  // namespace assay::results
