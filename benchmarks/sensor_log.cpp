#include "benchmarks/sensor_log.hpp"

#include <algorithm>

#include "results/statistics.hpp"

namespace assay::benchmarks {

void SensorLog::add(const std::map<std::string, double>& readings,
                    const std::vector<std::string>& throttled_by) {
  ++moments_;
  for (const auto& [name, value] : readings) readings_[name].push_back(value);
  for (const std::string& reason : throttled_by) ++throttled_[reason];
}

void SensorLog::describe(results::Record& record) const {
  for (const auto& [name, values] : readings_) {
    const auto [least, greatest] = std::ranges::minmax(values);
    record.report.sensors[name] = {least, results::median(values), greatest};
  }
  for (const auto& [reason, count] : throttled_)
    record.report.throttled[reason] = static_cast<double>(count) / moments_;
}

}  // namespace assay::benchmarks
