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

TEST(PlaceRanks, PutsVirtualRanksOnTheFirstGpuOfOneProcess) {
  const Placement placement = place_ranks({four_of_a}, 0, 8, true);
  EXPECT_EQ(placement.ranks(), 8);
  EXPECT_EQ(placement.bus(7), "a0");
  EXPECT_THAT(complaint({four_of_a, four_of_a}, 2, true), HasSubstr("there are 2"));
}

}  // namespace
}  // namespace assay::collectives::device
