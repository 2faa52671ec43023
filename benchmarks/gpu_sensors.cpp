#include "benchmarks/gpu_sensors.hpp"

#include <fmt/format.h>

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
    if (!record.host || !record.device) continue;
    const auto beside = std::ranges::find_if(telemetry, [&](const Record& device) {
      return device.host == record.host && device.device == record.device;
    });
    if (beside == telemetry.end()) continue;
    record.report.sensors = beside->report.sensors;
    record.report.throttled = beside->report.throttled;
    add_share_of_peak(record);
  }
}

std::string why_no_share_of_peak(const Record& record) {
  if (record.share_of_peak) return "";
  if (!record.report.readings.contains(peak_reading))
    return "the peak of this type on this GPU is not known";
  if (record.report.sensors.empty())
    return "its SM clock was not read: NVML is not there, or does not know this GPU";
  return "its SM clock was not read: NVML does not tell it (nvmlDeviceGetClockInfo)";
}

std::string mig_line(const std::vector<Record>& inventory) {
  std::string gpus;
  for (const Record& record : inventory) {
    const auto mig = record.report.readings.find("mig");
    if (!record.device || mig == record.report.readings.end() || mig->second == 0) continue;
    gpus +=
        fmt::format("{}{} {}", gpus.empty() ? "" : ", ", record.host.value_or(""), *record.device);
  }
  if (gpus.empty()) return "";
  return fmt::format(
      "MIG is on on {}: what a part of a GPU reaches says nothing of a whole one; switch it off "
      "(nvidia-smi -mig 0)",
      gpus);
}

}  // namespace assay::benchmarks
