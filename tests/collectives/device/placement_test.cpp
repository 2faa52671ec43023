#include "collectives/device/placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace assay::collectives::device {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ProcessGpus four_of_a{"a", {"a0", "a1", "a2", "a3"}};
const ProcessGpus four_of_b{"b", {"b0", "b1", "b2", "b3"}};

std::string complaint(const std::vector<ProcessGpus>& processes, int per_process,
                      bool is_virtual = false) {
  try {
    static_cast<void>(place_ranks(processes, 0, per_process, is_virtual));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(PlaceRanks, GivesProcessesOfAHostTheirGpusInTurn) {
  const Placement placement = place_ranks({four_of_a, four_of_a, four_of_b}, 1, 1, false);
  EXPECT_THAT(placement.devices, ElementsAre(0, 1, 0));
  EXPECT_THAT(placement.buses, ElementsAre("a0", "a1", "b0"));
  EXPECT_EQ(placement.first_local(), 1);
  EXPECT_TRUE(placement.is_local(1));
  EXPECT_FALSE(placement.is_local(2));
}

TEST(PlaceRanks, GivesAProcessSeveral) {
  const Placement placement = place_ranks({four_of_a, four_of_a}, 1, 2, false);
  EXPECT_THAT(placement.buses, ElementsAre("a0", "a1", "a2", "a3"));
  EXPECT_EQ(placement.first_local(), 2);
}

TEST(PlaceRanks, TakesWhatEachProcessSeesAlone) {
  const Placement placement = place_ranks({{"a", {"a0"}}, {"a", {"a1"}}}, 0, 1, false);
  EXPECT_THAT(placement.devices, ElementsAre(0, 0));
  EXPECT_THAT(placement.buses, ElementsAre("a0", "a1"));
}

TEST(PlaceRanks, NumbersGpusOfAHostAlikeInAllProcesses) {
  const ProcessGpus alone_0{"a", {"a0"}};
  const ProcessGpus alone_1{"a", {"a1"}};
  const Placement placement = place_ranks({alone_1, alone_0, {"b", {"b0"}}}, 0, 1, false);
  EXPECT_THAT(placement.numbers, ElementsAre(1, 0, 0));
  EXPECT_EQ(placement.device_name(0), "gpu1");
}

TEST(PlaceRanks, TakesTheNumbersOfTheManagementLibrary) {
  // CUDA puts the quickest first, and is shown some of them.
  const ProcessGpus first{"a", {"a3", "a1"}, {"a0", "a1", "a2", "a3"}};
  const ProcessGpus second{"a", {"a3", "a1"}, {}};
  const Placement placement = place_ranks({first, second}, 1, 1, false);
  EXPECT_THAT(placement.buses, ElementsAre("a3", "a1"));
  EXPECT_THAT(placement.numbers, ElementsAre(3, 1));
}

TEST(PlaceRanks, RefusesMoreThanThereAre) {
  EXPECT_EQ(complaint({four_of_a}, 5),
            "5 GPUs are asked for, and a has 4: lower -g, or let ranks share one by "
            "--virtual-ranks");
}

TEST(PlaceRanks, RefusesTwoRanksOnOneGpu) {
  EXPECT_THAT(complaint({{"a", {"a0"}}, {"a", {"a0"}}}, 1),
              HasSubstr("ranks 0 and 1 would both be on GPU a0 of a"));
  EXPECT_THAT(complaint({four_of_a, four_of_a, four_of_a}, 2),
              HasSubstr("ranks 0 and 4 would both be on GPU a0 of a"));
}

TEST(ShareGpus, LetsThereBeNone) {
  EXPECT_THAT(share_gpus({{"a", {}}, {"a", {}}}).members, testing::IsEmpty());
}

TEST(ShareGpus, GivesEachProcessOneWhereThereAreAsMany) {
  const GpuShares shares = share_gpus({four_of_a, four_of_a, four_of_a, four_of_a});
  EXPECT_THAT(shares.members, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(shares.per_process, 1);
  EXPECT_THAT(share_gpus({{"a", {"a0"}}, {"a", {"a1"}}}).members, ElementsAre(0, 1));
}

TEST(ShareGpus, LeavesProcessesOutThatOutnumberGpus) {
  const ProcessGpus one_of_a{"a", {"a0"}};
  const GpuShares shares = share_gpus({one_of_a, one_of_a, four_of_b, {"c", {}}});
  EXPECT_THAT(shares.members, ElementsAre(0, 2));
  EXPECT_EQ(shares.per_process, 1);
}

TEST(ShareGpus, LetsProcessesDriveSeveral) {
  EXPECT_EQ(share_gpus({four_of_a}).per_process, 4);
  EXPECT_EQ(share_gpus({four_of_a, four_of_a}).per_process, 2);
  EXPECT_EQ(share_gpus({four_of_a, four_of_a, four_of_a}).per_process, 1);
  EXPECT_EQ(share_gpus({four_of_a, four_of_b, four_of_b}).per_process, 2);
}

TEST(ShareGpus, CanBePlaced) {
  const std::vector<ProcessGpus> processes{four_of_a, four_of_a, {"c", {}}, four_of_b};
  const GpuShares shares = share_gpus(processes);
  std::vector<ProcessGpus> members;
  for (const int member : shares.members)
    members.push_back(processes[static_cast<std::size_t>(member)]);
  const Placement placement = place_ranks(members, 0, shares.per_process, false);
  EXPECT_THAT(placement.buses, ElementsAre("a0", "a1", "a2", "a3", "b0", "b1"));
  const Placement second = one_of_each(placement, 1);
  EXPECT_THAT(second.buses, ElementsAre("a1", "a3", "b1"));
  EXPECT_EQ(second.per_process, 1);
  EXPECT_EQ(second.device_name(2), "gpu1");
}

TEST(WithinHost, KeepsTheRanksOfThisHostAndWhichOfThemThisProcessHas) {
  const Placement all = place_ranks({four_of_a, four_of_b, four_of_b, four_of_a}, 2, 2, false);
  const Placement here = within_host(all);
  EXPECT_THAT(here.buses, ElementsAre("b0", "b1", "b2", "b3"));
  EXPECT_THAT(here.hosts, testing::Each("b"));
  EXPECT_EQ(here.process, 1);
  EXPECT_EQ(here.first_local(), 2);
  EXPECT_EQ(here.device_name(3), "gpu3");
  EXPECT_EQ(here.per_process, 2);
}

TEST(PlaceRanks, PutsVirtualRanksOnTheFirstGpuOfOneProcess) {
  const Placement placement = place_ranks({four_of_a}, 0, 8, true);
  EXPECT_EQ(placement.ranks(), 8);
  EXPECT_EQ(placement.bus(7), "a0");
  EXPECT_THAT(complaint({four_of_a, four_of_a}, 2, true), HasSubstr("there are 2"));
}

}  // namespace
}  // namespace assay::collectives::device
