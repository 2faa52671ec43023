#include "topology/host_sensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

namespace assay::topology {

namespace {

namespace fs = std::filesystem;

constexpr double hertz_per_kilohertz = 1e3;
constexpr double degrees_per_millidegree = 1e-3;

/// Drivers of sensors inside processors (Documentation/hwmon).
constexpr std::array<std::string_view, 4> processor_drivers{"coretemp", "k10temp", "zenpower",
                                                            "cpu_thermal"};

template <class Value>
std::optional<Value> read_first(const fs::path& file) {
  std::ifstream stream{file};
  Value value{};
  return stream >> value ? std::optional{value} : std::nullopt;
}

fs::path folder_of(const fs::path& root, int processor) {
  return root / fmt::format("sys/devices/system/cpu/cpu{}", processor);
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code failed;
  for (fs::directory_iterator entry{folder, failed}, end; !failed && entry != end;
       entry.increment(failed))
    entries.push_back(entry->path());
  return entries;
}

std::optional<double> mean_frequency(const std::vector<int>& processors, const fs::path& root) {
  double sum = 0;
  int count = 0;
  for (const int processor : processors)
    if (const auto kilohertz =
            read_first<double>(folder_of(root, processor) / "cpufreq/scaling_cur_freq")) {
      sum += *kilohertz;
      ++count;
    }
  if (count == 0) return std::nullopt;
  return sum / count * hertz_per_kilohertz;
}

std::optional<double> hottest(const fs::path& root) {
  std::optional<double> most;
  for (const fs::path& chip : entries_of(root / "sys/class/hwmon")) {
    const auto driver = read_first<std::string>(chip / "name");
    if (!driver || std::ranges::find(processor_drivers, *driver) == processor_drivers.end())
      continue;
    for (const fs::path& file : entries_of(chip)) {
      const std::string name = file.filename().string();
      if (!name.starts_with("temp") || !name.ends_with("_input")) continue;
      if (const auto reading = read_first<double>(file))
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
              read_first<std::uint64_t>(folder_of(root, processor) / "thermal_throttle" / file))
        counters[name] += *count;
  return counters;
}

std::string read_governors(const std::vector<int>& processors, const fs::path& root) {
  std::set<std::string> governors;
  for (const int processor : processors)
    if (const auto governor =
            read_first<std::string>(folder_of(root, processor) / "cpufreq/scaling_governor"))
      governors.insert(*governor);
  return fmt::format("{}", fmt::join(governors, ", "));
}

}  // namespace assay::topology
