// What is made of a management library's answers, by the stand-in (tests/stand_in): no GPU is
// behind it.
#include "topology/gpu.hpp"
#include "topology/gpu_links.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace assay::topology {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// The stand-in, which says what a script says.
class StandIn : public testing::Test {
 protected:
  Nvml open(const std::string& script) {
    const auto file = std::filesystem::path{testing::TempDir()} / "assay_stand_in_script";
    std::ofstream{file} << script;
    ::setenv("ASSAY_STAND_IN_NVML", file.c_str(), 1);
    std::string why_not;
    auto nvml = Nvml::open(why_not);
    EXPECT_TRUE(nvml) << why_not;
    return std::move(*nvml);
  }
};

TEST_F(StandIn, IsTheLibraryThatIsLoaded) {
  const Nvml nvml = open("gpus 2\n");
  EXPECT_EQ(nvml.driver(), "stand-in");
  EXPECT_THAT(nvml.missing(), IsEmpty());
  EXPECT_EQ(nvml.devices().size(), 2u);
  EXPECT_THAT(gpu_names(), ElementsAre("Stand-in GPU", "Stand-in GPU"));
}

TEST_F(StandIn, TellsAnInventory) {
  const Nvml nvml = open("gpus 2\ngpu 1 pcie_width 8\ngpu 1 link2 0\ngpu 1 power_limit 500000\n");
  const auto sound = read_inventory(nvml, 0);
  EXPECT_EQ(sound.facts.at("name"), "Stand-in GPU");
  EXPECT_EQ(sound.facts.at("pci"), "0000:01:00.0");  // spelt as the far ends of links
  EXPECT_EQ(sound.facts.at("nvlink3"), "up, version 4.0, to 0000:a3:00.0");
  EXPECT_EQ(sound.readings.at("pcie_width"), 16);
  EXPECT_EQ(sound.readings.at("nvlinks"), 4);
  EXPECT_EQ(sound.readings.at("memory_bytes"), 81559.0 * (1 << 20));
  EXPECT_EQ(sound.readings.at("nvlinks_up"), 4);
  EXPECT_EQ(sound.readings.at("sm_clock_hz_at_most"), 1980e6);
  EXPECT_EQ(sound.readings.at("remapped_rows_failed"), 0);
  EXPECT_FALSE(sound.readings.contains("retired_pages"));
  const auto faulty = read_inventory(nvml, 1);
  EXPECT_EQ(faulty.readings.at("pcie_width"), 8);
  EXPECT_EQ(faulty.readings.at("nvlinks_up"), 3);
  EXPECT_THAT(faulty.facts.at("nvlink2"), testing::StartsWith("down"));
  EXPECT_EQ(faulty.readings.at("power_limit_w"), 500);
}

TEST_F(StandIn, TellsSensorsAndWhatThrottles) {
  const Nvml nvml = open("gpus 1\ngpu 0 temperature 93\ngpu 0 throttle_bits 68\n");
  const auto sensors = read_sensors(nvml, nvml.devices()[0]);
  EXPECT_EQ(sensors.readings.at("temperature_c"), 93);
  EXPECT_EQ(sensors.readings.at("power_w"), 350);
  EXPECT_EQ(sensors.readings.at("sm_clock_hz"), 1980e6);
  EXPECT_THAT(sensors.throttled_by, ElementsAre("software_power_cap", "hardware_thermal"));
  EXPECT_EQ(sensors.lost, "");
}

TEST_F(StandIn, TellsOfAGpuThatVanishes) {
  const Nvml nvml = open("gpus 1\ngpu 0 lost_after 2\n");
  const auto device = nvml.devices()[0];
  EXPECT_EQ(read_sensors(nvml, device).lost, "");
  EXPECT_EQ(read_sensors(nvml, device).lost, "GPU is lost");
  EXPECT_EQ(read_inventory(nvml, 0).lost, "GPU is lost");
  EXPECT_EQ(nvml.devices()[0], nullptr);
  EXPECT_NE(read_sensors(nvml, nullptr).lost, "");
}

TEST_F(StandIn, TellsCountersAndXids) {
  const Nvml nvml = open("gpus 2\ngpu 1 pcie_replays 3\ngpu 1 xid 79\n");
  const auto devices = nvml.devices();
  const auto before = read_gpu_counters(nvml, devices[1]);
  EXPECT_GT(growth(before, read_gpu_counters(nvml, devices[1])).at("pcie_replays"), 0u);
  EXPECT_TRUE(before.contains("nvlink3_replay"));
  const XidListener listener{nvml, devices};
  EXPECT_THAT(listener.take(), ElementsAre(Pair(1u, 79u)));
  EXPECT_THAT(listener.take(), IsEmpty());
}

TEST(PciAddress, OfNvmlIsSpeltAsTheKernelDoes) {
  EXPECT_EQ(pci_address("00000000:3B:00.0"), "0000:3b:00.0");
  EXPECT_EQ(pci_address("0000:3b:00.0"), "0000:3b:00.0");
  EXPECT_EQ(pci_address(""), "");
}

}  // namespace
}  // namespace assay::topology
