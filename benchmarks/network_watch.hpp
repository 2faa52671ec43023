#pragma once

#include <map>
#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "results/record.hpp"
#include "topology/network_counters.hpp"

namespace assay::benchmarks {

using DeviceCounters = std::map<std::string, topology::Counters>;

/// One record (benchmark network_counters) for each device of `host` that is in both readings, of
/// what it counted between them.
[[nodiscard]] std::vector<results::Record> counter_records(const DeviceCounters& before,
                                                           const DeviceCounters& after,
                                                           const std::string& host);

/// What the network devices of the job's hosts count.
class NetworkWatch {
 public:
  NetworkWatch() : before_{topology::read_device_counters()} {}

  /// One record (benchmark network_counters) for each device of each host, of what it counted since
  /// the last call, or since the watch was made. Collective over the job; returns all records on
  /// rank 0, none elsewhere. Simulated hosts have no devices.
  [[nodiscard]] std::vector<results::Record> records(const Job& job);

 private:
  DeviceCounters before_;
};

}  // namespace assay::benchmarks
