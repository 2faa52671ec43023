#include "benchmarks/network_watch.hpp"

#include "benchmarks/gathered_records.hpp"
#include "core/clock.hpp"
#include "core/machine.hpp"

namespace assay::benchmarks {

std::vector<results::Record> counter_records(const DeviceCounters& before,
                                             const DeviceCounters& after, const std::string& host) {
  std::vector<results::Record> records;
  for (const auto& [device, counters] : before) {
    const auto later = after.find(device);
    if (later == after.end()) continue;
    results::Record record;
    record.benchmark = "network_counters";
    record.implementation = "kernel";
    record.host = host;
    record.device = device;
    record.counters = topology::growth(counters, later->second);
    record.time = utc_timestamp();
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<results::Record> NetworkWatch::records(const Job& job) {
  std::vector<results::Record> made;
  if (job.speaks_for_host() && !is_simulated()) {
    auto now = topology::read_device_counters();
    made = counter_records(before_, now, job.identity(job.rank()).host);
    before_ = std::move(now);
  }
  return gather_records(job.world, made);
}

}  // namespace assay::benchmarks
