#include "results/judge/gpu_ways.hpp"

#include <gmock/gmock.h>

#include "tests/results/judge/inventoried_gpus.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(JudgeInventory, NamesHalfWidthPcie) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["pcie_width"] = 8;
  expect_named(gpus, "gpu/pcie", "8 of 16 lanes");
}

TEST(JudgeInventory, DoesNotBlameAnIdleGpuForSavingPower) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["pcie_generation"] = 1;
  gpus.load(1, "matmul");  // of the host: the GPU had nothing to do
  const Verdict verdict = gpus.judged();
  const Check* check = find(verdict, "gpu/pcie_generation", "n1 gpu1");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::skipped);
  EXPECT_THAT(check->reason, HasSubstr("idle GPUs save power"));
}

TEST(JudgeInventory, NamesAnOldGenerationUnderLoad) {
  Gpus gpus;
  gpus.load(5);
  EXPECT_EQ(count(gpus.judged(), "gpu/pcie_generation", Status::pass), 4);
  gpus.sensors("gpu1").report.sensors["pcie_generation"] = {1, 3, 3};
  expect_named(gpus, "gpu/pcie_generation", "PCIe generation 3 while it copied");
}

TEST(JudgeInventory, TakesTheNewestGenerationOfAllLoads) {
  Gpus gpus;
  gpus.load(4);
  gpus.load(5);
  EXPECT_EQ(count(gpus.judged(), "gpu/pcie_generation", Status::pass), 4);
}

TEST(JudgeInventory, NamesADeadLink) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["nvlinks_up"] = 17;
  gpus.gpu("gpu1").report.facts["nvlink0"] = "down";
  expect_named(gpus, "gpu/nvlink", "17 of 18 NVLinks are up; down: nvlink0");
}

TEST(JudgeInventory, NamesLinksThatAreMissingAltogether) {
  Gpus gpus;
  gpus.gpu("gpu1").report.readings["nvlinks_up"] = gpus.gpu("gpu1").report.readings["nvlinks"] = 12;
  expect_named(gpus, "gpu/nvlink", "12 of 18");
}

/// All links of all GPUs, of which `up` are up and lead to `remote`.
void set_links(Gpus& gpus, int links, int up, const std::string& remote) {
  gpus.change_all([&](Record& gpu) {
    std::erase_if(gpu.report.facts, [](const auto& fact) { return fact.first.starts_with("nvl"); });
    gpu.report.facts["pci"] = gpu.device == "gpu0" ? "0000:01:00.0" : "0000:02:00.0";
    for (int link = 0; link < links; ++link)
      gpu.report.facts["nvlink" + std::to_string(link)] =
          link < up ? "up, version 4.0, to " + remote : "down";
    gpu.report.readings["nvlinks"] = links;
    gpu.report.readings["nvlinks_up"] = up;
  });
}
constexpr const char* other_gpu = "0000:01:00.0";
constexpr const char* a_switch = "0000:f0:00.0";

TEST(JudgeInventory, DoesNotBlameCardsThatNoBridgeJoins) {
  Gpus gpus;
  set_links(gpus, 12, 0, other_gpu);
  const Verdict verdict = gpus.judged();
  EXPECT_EQ(count(verdict, "gpu/nvlink", Status::skipped), 4) << told(verdict);
  EXPECT_THAT(find(verdict, "gpu/nvlink", "n1 gpu1")->reason,
              HasSubstr("none of its 12 NVLinks is up"));
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

TEST(JudgeInventory, TakesAsManyLinksAsABridgeHas) {
  Gpus gpus;
  set_links(gpus, 12, 4, other_gpu);
  EXPECT_EQ(count(gpus.judged(), "gpu/nvlink", Status::pass), 4);
  gpus.gpu("gpu1").report.readings["nvlinks_up"] = 3;
  gpus.gpu("gpu1").report.facts["nvlink3"] = "down";
  expect_named(gpus, "gpu/nvlink", "3 of 4 NVLinks are up");
}

TEST(JudgeInventory, NamesACardWhoseBridgeIsOff) {
  Gpus gpus;
  set_links(gpus, 12, 4, other_gpu);
  auto& report = gpus.gpu("gpu1").report;
  report.readings["nvlinks_up"] = 0;
  expect_named(gpus, "gpu/nvlink", "0 of 4 NVLinks are up");
}

TEST(JudgeInventory, BlamesAllWhoseLinksToSwitchesAreDownAlike) {
  Gpus gpus;
  set_links(gpus, 18, 14, a_switch);
  EXPECT_EQ(count(gpus.judged(), "gpu/nvlink", Status::fail), 4);
}

}  // namespace
}  // namespace assay::results
