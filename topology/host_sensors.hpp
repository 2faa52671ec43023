#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "topology/network_counters.hpp"

namespace assay::topology {

/// What a host's processors say of themselves in sysfs, at one moment. Virtual machines say
/// nothing.
struct HostSensors {
  /// frequency_hz (mean of the processors asked about), temperature_c (the hottest sensor).
  std::map<std::string, double> readings;
};

/// `root` is where the system's files are looked for, in place of the root folder.
/// Cost   one small file for each processor and each temperature sensor.
[[nodiscard]] HostSensors read_host_sensors(const std::vector<int>& processors,
                                            const std::filesystem::path& root = "/");

/// How often cores and packages were slowed down by heat since the system is up: core_throttles and
/// package_throttles, summed over the processors; empty where the kernel does not count.
[[nodiscard]] Counters read_throttle_counters(const std::vector<int>& processors,
                                              const std::filesystem::path& root = "/");

/// The frequency governors of the processors: "performance", or "performance, powersave" where they
/// differ; empty where the kernel does not say.
[[nodiscard]] std::string read_governors(const std::vector<int>& processors,
                                         const std::filesystem::path& root = "/");

}  // namespace assay::topology
