#include "topology/host_sensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include "core/kernel_files.hpp"

namespace assay::topology {

namespace {

namespace fs = std::filesystem;

constexpr double hertz_per_kilohertz = 1e3;
constexpr double degrees_per_millidegree = 1e-3;

/// Drivers of sensors inside processors (Documentation/hwmon).
constexpr std::array<std::string_view, 4> processor_drivers{"coretemp", "k10temp", "zenpower",
                                                            "cpu_thermal"};

fs::path folder_of(const fs::path& root, int processor) {
  return root / fmt::format("sys/devices/system/cpu/cpu{}", processor);
}

std::optional<double> mean_frequency(const std::vector<int>& processors, const fs::path& root) {
  double sum = 0;
  int count = 0;
  for (const int processor : processors)
    if (const auto kilohertz =
            first_value<double>(folder_of(root, processor) / "cpufreq/scaling_cur_freq")) {
      sum += *kilohertz;
      ++count;
    }
  if (count == 0) return std::nullopt;
  return sum / count * hertz_per_kilohertz;
}

std::optional<double> hottest(const fs::path& root) {
  std::optional<double> most;
  for (const fs::path& chip : sorted_entries(root / "sys/class/hwmon")) {
    const auto driver = first_value<std::string>(chip / "name");
    if (!driver || std::ranges::find(processor_drivers, *driver) == processor_drivers.end())
      continue;
    for (const fs::path& file : sorted_entries(chip)) {
      const std::string name = file.filename().string();
      if (!name.starts_with("temp") || !name.ends_with("_input")) continue;
      if (const auto reading = first_value<double>(file))
        most = std::max(most.value_or(*reading), *reading);
    }
  }
  if (most) *most *= degrees_per_millidegree;
  return most;
}

}  // namespace

HostSensors read_host_sensors(const std::vector<int>& processors, const fs::path& root) {
  HostSensors sensors;
  if (const auto frequency = mean_frequency(processors, root))
    sensors.readings["frequency_hz"] = *frequency;
  if (const auto temperature = hottest(root)) sensors.readings["temperature_c"] = *temperature;
  return sensors;
}

Counters read_throttle_counters(const std::vector<int>& processors, const fs::path& root) {
  Counters counters;
  for (const int processor : processors)
    for (const auto& [file, name] : {std::pair{"core_throttle_count", "core_throttles"},
                                     std::pair{"package_throttle_count", "package_throttles"}})
      if (const auto count =
              first_value<std::uint64_t>(folder_of(root, processor) / "thermal_throttle" / file))
        counters[name] += *count;
  return counters;
}

std::string read_governors(const std::vector<int>& processors, const fs::path& root) {
  std::set<std::string> governors;
  for (const int processor : processors)
    if (const auto governor =
            first_value<std::string>(folder_of(root, processor) / "cpufreq/scaling_governor"))
      governors.insert(*governor);
  return fmt::format("{}", fmt::join(governors, ", "));
}

}  // namespace assay::topology
