#include <gmock/gmock.h>

#include "core/error.hpp"
#include "results/import/importer.hpp"
#include "tests/results/import/samples.hpp"

namespace assay::results {
namespace {

TEST(PerftestText, ReadsBandwidthsInBothUnitsAndLatencies) {
  const ImportedLog log = import_log(perftest_log, {});
  EXPECT_TRUE(log.unread.empty());
  ASSERT_EQ(log.records.size(), 4U);
  const Record& bandwidth = log.records[1];
  EXPECT_EQ(bandwidth.benchmark, "pair");
  EXPECT_EQ(bandwidth.algorithm, "rdma_write");
  EXPECT_EQ(bandwidth.rail, "mlx5_6");
  EXPECT_DOUBLE_EQ(*bandwidth.algorithm_bandwidth_bytes_per_s, 373.64e9 / 8);
  EXPECT_EQ(bandwidth.source->unit, "Gb/s");
  EXPECT_DOUBLE_EQ(bandwidth.source->figures.at("BW peak"), 373.98);
  const Record& latency = log.records[2];
  EXPECT_EQ(latency.benchmark, "pair_latency");
  EXPECT_EQ(latency.rail, "mlx5_0");
  EXPECT_DOUBLE_EQ(*latency.median_s, 1.64e-6);
  EXPECT_DOUBLE_EQ(*latency.mean_s, 1.65e-6);
  EXPECT_DOUBLE_EQ(latency.source->figures.at("99% percentile"), 1.78);
  EXPECT_EQ(log.records[3].benchmark, "pair_both_ways");
  EXPECT_DOUBLE_EQ(*log.records[3].algorithm_bandwidth_bytes_per_s, 22340.50 * 1048576);
}

TEST(PerftestText, NamesTheLineWhoseRateContradictsItsBandwidth) {
  std::string log{perftest_log};
  log.replace(log.find("373.64"), 6, "273.64");
  const ImportedLog read = import_log(log, {});
  EXPECT_EQ(read.records.size(), 3U);
  ASSERT_EQ(read.unread.size(), 1U);
  EXPECT_EQ(read.unread[0].place, "line 11");
}

TEST(PerftestJson, FindsTheUnitByArithmetic) {
  const ImportedLog log = import_log(perftest_json, {});
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(log.records[0].source->unit, "Gb/s");
  EXPECT_DOUBLE_EQ(*log.records[0].algorithm_bandwidth_bytes_per_s, 196.92e9 / 8);

  std::string mebibytes{perftest_json};
  mebibytes.replace(mebibytes.find("196.92"), 6, "23474.69");
  EXPECT_EQ(import_log(mebibytes, {}).records[0].source->unit, "MiB/s");

  std::string neither{perftest_json};
  neither.replace(neither.find("196.92"), 6, "1969.2");
  EXPECT_THROW(static_cast<void>(import_log(neither, {})), UsageError);
}

}  // namespace
}  // namespace assay::results
