#include "benchmarks/gpu_sensors.hpp"

#include <algorithm>

namespace assay::benchmarks {

using results::Record;

namespace {

void add_share_of_peak(Record& record) {
  const auto peak = record.report.readings.find(peak_reading);
  const auto clock = record.report.sensors.find("sm_clock_hz");
  if (!record.rate_flop_per_s || peak == record.report.readings.end() ||
      clock == record.report.sensors.end() || clock->second.median <= 0)
    return;
  record.share_of_peak = *record.rate_flop_per_s / (peak->second * clock->second.median);
}

}  // namespace

void add_sensors(std::vector<Record>& records, const std::vector<Record>& telemetry) {
  for (Record& record : records) {
    if (record.memory != "device") continue;
    const auto beside = std::ranges::find_if(telemetry, [&](const Record& device) {
      return device.host == record.host && device.device == record.device;
    });
    if (beside == telemetry.end()) continue;
    record.report.sensors = beside->report.sensors;
    record.report.throttled = beside->report.throttled;
    add_share_of_peak(record);
  }
}

}  // namespace assay::benchmarks
