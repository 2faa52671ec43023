#include "results/nccl_head.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace assay::results {
namespace {

TEST(NcclHead, ListsEveryDeviceWithItsBus) {
  RunInfo info;
  info.start = "2026-11-23T16:29:00Z";
  info.command = {"assay", "bench", "all_reduce"};
  info.environment = {{"NCCL_DEBUG", "INFO"}};
  const Json head = nccl_head(
      info,
      {{.rank = 1, .pid = 7, .host = "n0", .device = 3, .bus = "0000:3b:00.0", .model = "H200"}}, 2,
      "2.27.7");
  EXPECT_EQ(head["start_time"], "2026-11-23 16:29:00");
  EXPECT_EQ(head["nccl_version"], 22707);
  EXPECT_EQ(head["env"], Json::array({"NCCL_DEBUG=INFO"}));
  EXPECT_EQ(head["config"]["ngpus"], 2);
  const Json device = {{"rank", 1},
                       {"group", 0},
                       {"pid", 7},
                       {"hostname", "n0"},
                       {"device", 3},
                       {"device_hex", "0000:3b:00.0"},
                       {"device_info", "H200"}};
  EXPECT_EQ(head["config"]["devices"], Json::array({device}));
  EXPECT_EQ(head["results"], Json::array());
}

TEST(NcclHead, HasNoVersionOfWhatTookNoPart) {
  EXPECT_TRUE(nccl_head({}, {}, 1, std::nullopt)["nccl_version"].is_null());
  EXPECT_TRUE(nccl_head({}, {}, 1, "not loaded: no such file")["nccl_version"].is_null());
}

TEST(NcclHead, NumbersRanksOnProcessors) {
  RunInfo info;
  info.ranks = {{.rank = 0, .host = "n0", .pid = 5, .processor = "Zen 4"}};
  const auto devices = processor_devices(info);
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].bus, "cpu");
  EXPECT_EQ(devices[0].model, "Zen 4");
}

TEST(NcclVersionNumber, IsOfThreeNumbersAlone) {
  EXPECT_EQ(nccl_version_number("2.9.0"), 20900);
  for (const char* text : {"", "2.27", "2.27.7.1", "2.27.x", "v2.27.7", "2-27-7"})
    EXPECT_FALSE(nccl_version_number(text)) << text;
}

}  // namespace
}  // namespace assay::results
