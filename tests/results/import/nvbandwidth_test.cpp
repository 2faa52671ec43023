#include <gmock/gmock.h>

#include "core/error.hpp"
#include "results/import/importer.hpp"
#include "tests/results/import/samples.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;

TEST(NvbandwidthText, ReadsMatricesWithoutTheirGaps) {
  const ImportedLog log = import_log(nvbandwidth_log, {});
  EXPECT_EQ(log.version, "v0.8");
  ASSERT_EQ(log.records.size(), 6U);
  EXPECT_EQ(log.records[1].algorithm, "host_to_device_memcpy_ce");
  EXPECT_EQ(log.records[1].device, "cpu0->gpu1");
  EXPECT_EQ(log.records[1].host, "n7");
  EXPECT_DOUBLE_EQ(*log.records[1].algorithm_bandwidth_bytes_per_s, 53.02e9);
  EXPECT_EQ(log.records[2].device, "gpu0<-gpu1");
  EXPECT_EQ(log.records[5].device, "cpu0<->gpu1");
  EXPECT_DOUBLE_EQ(*log.records[5].median_s, 780.25e-9);
  ASSERT_EQ(log.unread.size(), 1U);
  EXPECT_THAT(log.unread[0].reason, HasSubstr("waived"));
}

TEST(NvbandwidthText, TakesNoDeviceForAHostWhereTheLogNamesNone) {
  std::string log{nvbandwidth_log};  // as of versions up to 0.5: a blank line in its place
  log.replace(log.find("\nn7\n"), 4, "\n\n");
  ASSERT_EQ(log.find("n7"), std::string::npos);
  ASSERT_NE(log.find("\nDevice 1"), std::string::npos)
      << "a second one, before which stands the first";
  const ImportedLog read = import_log(log, {});
  ASSERT_EQ(read.records.size(), 6U);
  for (const Record& record : read.records) EXPECT_EQ(record.host.value_or(""), "");
}

TEST(NvbandwidthText, NamesWhatFailed) {
  const std::string failing =
      "Running device_to_host_memcpy_ce.\n"
      "memcpy CE CPU(row) <- GPU(column) bandwidth (GB/s)\n"
      "           0         1\n"
      "Error: CUDA_ERROR_ILLEGAL_ADDRESS\n"
      "Running fortune.\n"
      "Not Found: Testcase not found!\n\n";
  std::string log{nvbandwidth_log};
  log.insert(log.find("Running device_to_device"), failing);
  const ImportedLog read = import_log(log, {});
  EXPECT_EQ(read.records.size(), 6U);
  ASSERT_EQ(read.unread.size(), 3U);
  EXPECT_EQ(read.unread[0].reason,
            "device_to_host_memcpy_ce failed: Error: CUDA_ERROR_ILLEGAL_ADDRESS");
  EXPECT_EQ(read.unread[1].reason, "fortune failed: Not Found: Testcase not found!");
  const ImportedLog outside = import_log("Error: no device\n" + std::string{nvbandwidth_log}, {});
  EXPECT_EQ(outside.records.size(), 6U);
  EXPECT_EQ(outside.unread[0].reason, "Error: no device");
}

TEST(NvbandwidthText, LeavesOutAMatrixThatItsSumContradicts) {
  std::string log{nvbandwidth_log};
  log.replace(log.find("376.11"), 6, "476.11");
  const ImportedLog read = import_log(log, {});
  EXPECT_EQ(read.records.size(), 4U);
  EXPECT_THAT(read.unread[0].reason, HasSubstr("752.09"));
}

TEST(NvbandwidthJson, ReadsMatricesAndNamesWhatWasWaived) {
  const ImportedLog log = import_log(nvbandwidth_json, {});
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(log.records[0].device, "cpu0->gpu0");
  EXPECT_EQ(log.records[0].host, "n7");
  EXPECT_EQ(log.records[0].source->statistic, "median");
  ASSERT_EQ(log.unread.size(), 1U);
  EXPECT_EQ(log.unread[0].reason, "device_to_device_memcpy_read_ce: Waived");
}

TEST(NvbandwidthJson, NamesErrors) {
  std::string json{nvbandwidth_json};
  const std::string waived = R"("status": "Waived")";
  json.replace(json.find(waived), waived.size(), R"("status": "Error", "error": "out of memory")");
  json.replace(json.find("\"useMean\""), 9, "\"error\": \"some test failed\", \"useMean\"");
  const ImportedLog read = import_log(json, {});
  ASSERT_EQ(read.unread.size(), 2U);
  EXPECT_EQ(read.unread[0].reason, "some test failed");
  EXPECT_EQ(read.unread[1].reason, "device_to_device_memcpy_read_ce: Error: out of memory");
}

}  // namespace
}  // namespace assay::results
