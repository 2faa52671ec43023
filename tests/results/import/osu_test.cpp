#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

#include "core/error.hpp"
#include "results/import/importer.hpp"
#include "tests/results/import/samples.hpp"

namespace assay::results {
namespace {

TEST(Osu, ReadsEverySectionOfALog) {
  const ImportedLog log = import_log(osu_log, {});
  ASSERT_EQ(log.records.size(), 6U);
  EXPECT_EQ(log.records[0].benchmark, "all_reduce");
  EXPECT_EQ(log.records[0].dtype, "int32");
  EXPECT_DOUBLE_EQ(*log.records[1].mean_s, 3576.91e-6);
  EXPECT_EQ(log.records[1].source->version, "7.5");
  EXPECT_DOUBLE_EQ(log.records[1].source->figures.at("Max Latency(us)"), 3600.12);
  EXPECT_EQ(log.records[3].benchmark, "pair");
  EXPECT_EQ(log.records[3].memory, "device");
  EXPECT_EQ(log.records[3].wrong, 0U);
  EXPECT_DOUBLE_EQ(*log.records[3].algorithm_bandwidth_bytes_per_s, 24010.55e6);
  EXPECT_EQ(log.records[3].source->unit, "MB/s");
  EXPECT_EQ(log.records[4].benchmark, "pair_latency");
  EXPECT_EQ(log.records[4].size_bytes, 0U);
  EXPECT_TRUE(log.unread.empty());
}

constexpr std::string_view blocks =
    "# OSU MPI Allgather Latency Test v5.9\n"
    "# Size       Avg Latency(us)\n"
    "1024                    2.81\n";

TEST(Osu, AsksForTheRanksWhereSizesAreOfABlock) {
  EXPECT_THROW(static_cast<void>(import_log(blocks, {})), UsageError);
  const ImportedLog log = import_log(blocks, {"", 8});
  EXPECT_EQ(log.records[0].size_bytes, 8192U);
  EXPECT_EQ(log.records[0].source->figures.at("Size"), 1024);
}

TEST(Osu, AFailedValidationIsNoFigure) {
  std::string log{osu_log};
  log.replace(log.find("24010.55              Pass"), 26, "24010.55              Fail");
  const ImportedLog read = import_log(log, {});
  EXPECT_EQ(read.records.size(), 5U);
  ASSERT_EQ(read.unread.size(), 1U);
  EXPECT_EQ(read.unread[0].reason, "its validation says 'Fail'");
}

std::string bandwidth_of(const std::string& title, const std::string& more = "") {
  return "# OSU " + title + " Bandwidth Test v7.0\n" + more +
         "# Size      Bandwidth (MB/s)\n1                       1.89\n";
}

TEST(Osu, TellsTheMemoryOnlyWhereTheTitleHasAnAccelerator) {
  for (const char* title : {"MPI-CUDA", "MPI-ROCM", "MPI-OPENACC", "MPI-SYCL"})
    EXPECT_EQ(import_log(bandwidth_of(title), {}).records[0].memory, "device") << title;
  EXPECT_EQ(import_log(bandwidth_of("MPI"), {}).records[0].memory, "host");
  for (const char* title : {"MPI-3", "MPI-HBM", "MPIX", "MPI-CUDAX"}) {
    const std::string log = bandwidth_of("MPI") + bandwidth_of(title);
    const ImportedLog read = import_log(log, {});
    EXPECT_EQ(read.records.size(), 1U) << title;
    ASSERT_EQ(read.unread.size(), 1U) << title;
    EXPECT_EQ(read.unread[0].reason, fmt::format("unknown test 'OSU {} Bandwidth'", title));
  }
}

TEST(Osu, BelievesTheLineThatSaysWhereBuffersAre) {
  const auto memory = [](const std::string& line) {
    return import_log(bandwidth_of("MPI-CUDA", line + "\n"), {}).records[0].memory;
  };
  EXPECT_EQ(memory("# Send Buffer on DEVICE (D) and Receive Buffer on DEVICE (D)"), "device");
  EXPECT_EQ(memory("# Send Buffer on HOST (H) and Receive Buffer on HOST (H)"), "host");
  EXPECT_EQ(memory("# Send Buffer on HOST (H) and Receive Buffer on DEVICE (D)"), "host to device");
  EXPECT_EQ(memory("# Send Buffer on MANAGED (M) and Receive Buffer on MANAGED (M)"), "managed");
}

TEST(Osu, NamesATestThatItDoesNotKnow) {
  const std::string_view log =
      "# OSU MPI Latency Test v7.5\n# Size       Avg Latency(us)\n"
      "8      1.31\n# OSU MPI Fortune Telling Test v7.5\n"
      "# Size       Avg Latency(us)\n8      1.31\n";
  const ImportedLog read = import_log(log, {});
  EXPECT_EQ(read.records.size(), 1U);
  ASSERT_EQ(read.unread.size(), 1U);
  EXPECT_EQ(read.unread[0].reason, "unknown test 'Fortune Telling'");
}

}  // namespace
}  // namespace assay::results
