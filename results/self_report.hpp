#pragma once

#include <map>
#include <string>

#include "results/json_fields.hpp"

namespace assay::results {

/// What a sensor said while something was measured.
struct SensorRange {
  double least = 0;
  double median = 0;
  double greatest = 0;

  friend bool operator==(const SensorRange&, const SensorRange&) = default;
};

/// What a device says of itself, by the names of docs/devices.md; what it does not say is not
/// there.
struct SelfReport {
  std::map<std::string, std::string> facts;    ///< name, uuid, nvlink3, lost, ...
  std::map<std::string, double> readings;      ///< pcie_width, remapped_rows_pending, ...
  std::map<std::string, SensorRange> sensors;  ///< sm_clock_hz, temperature_c, ...
  /// Shares of the moments at which something slowed it down: hardware_thermal, ...
  std::map<std::string, double> throttled;

  [[nodiscard]] bool empty() const {
    return facts.empty() && readings.empty() && sensors.empty() && throttled.empty();
  }
  friend bool operator==(const SelfReport&, const SelfReport&) = default;
};

/// Throws  Error if a number is not finite.
[[nodiscard]] Json self_report_json(const SelfReport& report);
/// Throws  UsageError that names what is wrong.
[[nodiscard]] SelfReport read_self_report(const FieldReader& fields);

}  // namespace assay::results
