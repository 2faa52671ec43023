#pragma once

#include <map>
#include <string>
#include <vector>

#include "results/record.hpp"

namespace assay::benchmarks {

/// What the sensors of one device said, reading after reading.
class SensorLog {
 public:
  /// One moment's readings, and what slowed the device down then.
  void add(const std::map<std::string, double>& readings,
           const std::vector<std::string>& throttled_by);
  /// `record` gets the sensors' least, median and greatest reading, and the shares of the moments
  /// at which something slowed the device down.
  void describe(results::Record& record) const;
  [[nodiscard]] bool empty() const { return moments_ == 0; }

 private:
  int moments_ = 0;
  std::map<std::string, std::vector<double>> readings_;
  std::map<std::string, int> throttled_;
};

}  // namespace assay::benchmarks
