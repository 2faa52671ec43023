#include "topology/host_sensors.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace assay::topology {
namespace {

namespace fs = std::filesystem;

/// A root folder with the files of a made-up host.
class HostSensorFiles : public testing::Test {
 protected:
  HostSensorFiles() {
    fs::remove_all(root_);
    put("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "2000000");
    put("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "3000000");
    put("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance");
    put("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave");
    put("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "3");
    put("sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "4");
    put("sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", "1");
    put("sys/class/hwmon/hwmon0/name", "nvme");
    put("sys/class/hwmon/hwmon0/temp1_input", "99000");
    put("sys/class/hwmon/hwmon1/name", "k10temp");
    put("sys/class/hwmon/hwmon1/temp1_input", "61500");
    put("sys/class/hwmon/hwmon1/temp2_input", "58000");
    put("sys/class/hwmon/hwmon1/temp1_max", "120000");
  }
  ~HostSensorFiles() override { fs::remove_all(root_); }

  void put(const std::string& name, const std::string& text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream{root_ / name} << text << '\n';
  }

  fs::path root_ = fs::path{testing::TempDir()} / "assay_host_sensors";
};

TEST_F(HostSensorFiles, AreReadOfTheProcessorsAskedAbout) {
  const auto sensors = read_host_sensors({0, 1}, root_);
  EXPECT_DOUBLE_EQ(sensors.readings.at("frequency_hz"), 2.5e9);
  EXPECT_DOUBLE_EQ(sensors.readings.at("temperature_c"), 61.5);
  EXPECT_DOUBLE_EQ(read_host_sensors({1}, root_).readings.at("frequency_hz"), 3e9);
  EXPECT_EQ(read_throttle_counters({0, 1}, root_),
            (Counters{{"core_throttles", 7}, {"package_throttles", 1}}));
  EXPECT_EQ(read_governors({0, 1}, root_), "performance, powersave");
  EXPECT_EQ(read_governors({1}, root_), "powersave");
}

TEST_F(HostSensorFiles, LeaveOutWhatIsNotThere) {
  EXPECT_TRUE(read_throttle_counters({7}, root_).empty());
  EXPECT_EQ(read_governors({7}, root_), "");
  EXPECT_TRUE(read_host_sensors({0}, root_ / "none").readings.empty());
}

}  // namespace
}  // namespace assay::topology
