#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/error.hpp"
#include "results/import/importer.hpp"
#include "tests/results/import/samples.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;

TEST(NcclTestsText, ReadsBothHalvesBetweenOtherLines) {
  const ImportedLog log = import_log(nccl_log, {});
  EXPECT_EQ(log.tool, "nccl-tests");
  EXPECT_EQ(log.version, "2.17.6");
  EXPECT_EQ(log.libraries.at("nccl"), "2.28.5+cuda12.9");
  EXPECT_TRUE(log.unread.empty());
  ASSERT_EQ(log.records.size(), 4U);
  const Record& first = log.records[0];
  EXPECT_EQ(first.benchmark, "all_reduce");
  EXPECT_EQ(first.implementation, "nccl");
  EXPECT_EQ(first.label, "imported");
  EXPECT_EQ(first.dtype, "float32");
  EXPECT_EQ(first.op, "sum");
  EXPECT_EQ(first.size_bytes, 1048576U);
  EXPECT_EQ(first.ranks, 4);
  EXPECT_EQ(first.in_place, false);
  EXPECT_FALSE(first.median_s);  // it tells a mean
  EXPECT_DOUBLE_EQ(*first.mean_s, 52.61e-6);
  EXPECT_DOUBLE_EQ(*first.bus_bandwidth_bytes_per_s, 29.90e9);
  EXPECT_EQ(first.source->place, "line 17");
  EXPECT_EQ(first.source->statistic, "mean");
  EXPECT_EQ(first.source->unit, "us");
  EXPECT_EQ(log.records[2].wrong, 2U);
  EXPECT_FALSE(log.records[3].wrong);  // N/A
  ASSERT_EQ(log.ranks.size(), 4U);
  EXPECT_EQ(log.ranks[2].host, "n1");
  EXPECT_EQ(log.ranks[2].processor, "NVIDIA H100 80GB HBM3");
}

TEST(NcclTestsText, ReadsOldColumnsAndTellsAnAllReduceByArithmetic) {
  const ImportedLog log = import_log(old_nccl_log, {});
  ASSERT_EQ(log.records.size(), 4U);
  EXPECT_EQ(log.records[0].benchmark, "all_reduce");
  EXPECT_EQ(log.records[0].ranks, 4);
  EXPECT_FALSE(log.records[0].wrong);
}

TEST(NcclTestsText, ReadsRcclTests) {
  const ImportedLog log = import_log(rccl_log, {});
  EXPECT_EQ(log.tool, "rccl-tests");
  EXPECT_EQ(log.version, "develop:1234567");
  ASSERT_EQ(log.records.size(), 2U);
  EXPECT_EQ(log.records[0].benchmark, "all_gather");
  EXPECT_EQ(log.records[0].implementation, "rccl");
  EXPECT_FALSE(log.records[0].op);
}

/// A log without its devices and without the name of its program.
constexpr std::string_view nameless =
    "#       size         count      type   redop    root     time   algbw   busbw #wrong\n"
    "     1048576        262144     float    none       0    50.00   20.97   20.97      0\n";

TEST(NcclTestsText, DoesNotGuessTheCollective) {
  EXPECT_THROW(static_cast<void>(import_log(nameless, {})), UsageError);
  const ImportedLog log = import_log(nameless, {"broadcast", 4});
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(log.records[0].benchmark, "broadcast");
  EXPECT_EQ(log.records[0].root, 0);
  EXPECT_THROW(static_cast<void>(import_log(nccl_log, {"broadcast", {}})), UsageError);
}

TEST(NcclTestsText, NamesTheLineThatContradictsItself) {
  std::string log{nccl_log};
  log.replace(log.find("52.61"), 5, "62.61");
  const ImportedLog read = import_log(log, {});
  EXPECT_EQ(read.records.size(), 2U);
  ASSERT_EQ(read.unread.size(), 1U);
  EXPECT_EQ(read.unread[0].place, "line 17");
  EXPECT_THAT(read.unread[0].reason, HasSubstr("62.61 us are not 19.93 GB/s"));
}

TEST(NcclTestsText, AFractionIsNoCount) {
  std::string log{nccl_log};
  log.replace(log.find("30.31      2"), 12, "30.31    2.5");
  const ImportedLog read = import_log(log, {});
  EXPECT_EQ(read.records.size(), 2U);
  ASSERT_EQ(read.unread.size(), 1U);
  EXPECT_EQ(read.unread[0].reason, "#wrong is '2.5', not a count");
  std::string json{nccl_json};
  json.replace(json.find("\"nwrong\": 0.0"), 13, "\"nwrong\": 0.5");
  EXPECT_THAT([&] { static_cast<void>(import_log(json, {})); },
              testing::ThrowsMessage<UsageError>(HasSubstr("results[0]: nwrong is no count")));
}

TEST(NcclTestsText, LeavesOutALineThatTheLogEndsIn) {
  const std::string_view cut = nccl_log.substr(0, nccl_log.find("30.60    N/A") + 4);
  const ImportedLog read = import_log(cut, {});
  EXPECT_EQ(read.records.size(), 2U);
  ASSERT_EQ(read.unread.size(), 1U);
  EXPECT_EQ(read.unread[0].place, "line 19");
  EXPECT_EQ(read.unread[0].reason, "12 of 13 columns");
}

TEST(NcclTestsJson, ReadsSamplesWhereThereAreSome) {
  const ImportedLog log = import_log(nccl_json, {});
  ASSERT_EQ(log.records.size(), 2U);
  EXPECT_EQ(log.records[0].benchmark, "all_reduce");
  EXPECT_EQ(log.records[0].samples_s.size(), 3U);
  EXPECT_DOUBLE_EQ(*log.records[0].median_s, 50e-6);
  EXPECT_EQ(log.records[0].wrong, 0U);
  EXPECT_DOUBLE_EQ(*log.records[1].mean_s, 51e-6);
  EXPECT_EQ(log.libraries.at("nccl"), "2.28.5");
  ASSERT_EQ(log.unread.size(), 1U);
  EXPECT_EQ(log.unread[0].place, "results[1]");
  EXPECT_EQ(log.unread[0].reason, "unknown type 'flaot'");
}

TEST(NcclTestsJson, KeepsTheTimesAsTheLogHasThem) {
  std::string json{nccl_json};
  const ImportedLog log = import_log(json, {});
  EXPECT_EQ(log.records[0].source->start, "2026-11-01 10:00:00");
  EXPECT_EQ(log.records[0].source->end, "2026-11-01 10:02:03");
  EXPECT_FALSE(log.records[0].time);  // it is local time, of a zone that it does not tell
}

/// Four ranks in groups of so many.
std::string json_of_groups(const std::vector<int>& groups, const std::string& of_result) {
  std::string devices;
  for (std::size_t rank = 0; rank < groups.size(); ++rank)
    devices += (rank > 0 ? "," : "") + fmt::format(R"({{"rank": {}, "group": {}, "pid": 1,
      "hostname": "n{}", "device_info": "H100"}})",
                                                   rank, groups[rank], rank / 2);
  return fmt::format(R"({{"version": 3, "args": ["all_reduce_perf"], "nccl_version": 22805,
    "config": {{"devices": [{}]}}, "results": [
    {{"size": 1048576, "count": 262144, "type": "float", "redop": "sum", "root": "-1", {}
      "out_of_place": {{"time": 50.0, "alg_bw": 20.97152, "bus_bw": 20.97152, "nwrong": 0}}}}]}})",
                     devices, of_result);
}

TEST(NcclTestsJson, CountsTheRanksOfAGroupAndNotOfAll) {
  const ImportedLog even = import_log(json_of_groups({0, 1, 0, 1}, ""), {});
  ASSERT_EQ(even.records.size(), 1U);  // its bus bandwidth is that of two ranks
  EXPECT_EQ(even.records[0].ranks, 2);
  EXPECT_EQ(even.ranks.size(), 4U);
  const ImportedLog uneven = import_log(json_of_groups({0, 1, 0, 0}, ""), {});
  EXPECT_FALSE(uneven.records[0].ranks);
  const ImportedLog said = import_log(json_of_groups({0, 1, 0, 2}, "\"group\": 0,"), {});
  EXPECT_EQ(said.records[0].ranks, 2);
  EXPECT_EQ(said.records[0].group, 0);
  EXPECT_EQ(said.records[0].members, (std::vector{0, 2}));
}

TEST(NcclTestsJson, OfAssaySaysOfEachResultHowItCameAbout) {
  std::string json{nccl_json};
  json.replace(json.find("\"args\""), 6, "\"assay_version\": \"0.1.0\", \"args\"");
  const std::string result = "{\"size\": 1048576,";
  json.replace(json.find(result), result.size(),
               result + R"( "collective": "broadcast", "implementation": "mpi", "memory": "host",
                 "algorithm": "ring", "transport": "ucx", "registered": true,)");
  const ImportedLog log = import_log(json, {});
  ASSERT_EQ(log.records.size(), 2U);
  EXPECT_EQ(log.records[0].benchmark, "broadcast");
  EXPECT_EQ(log.records[0].implementation, "mpi");
  EXPECT_EQ(log.records[0].memory, "host");
  EXPECT_EQ(log.records[0].algorithm, "ring");
  EXPECT_EQ(log.records[0].transport, "ucx");
  EXPECT_EQ(log.records[0].registered, true);
}

TEST(Import, RanksOfSeveralLogsAreKeptOnce) {
  std::vector<RankIdentity> ranks = import_log(nccl_log, {}).ranks;
  add_ranks(ranks, import_log(nccl_log, {}).ranks);
  EXPECT_EQ(ranks.size(), 4U);
  add_ranks(ranks, import_log(old_nccl_log, {}).ranks);
  ASSERT_EQ(ranks.size(), 8U);
  EXPECT_EQ(ranks[4].host, "oldhost");
  const ImportedLog both = import_log(std::string{nccl_log} + std::string{old_nccl_log}, {});
  EXPECT_EQ(both.ranks.size(), 8U);
}

}  // namespace
}  // namespace assay::results
