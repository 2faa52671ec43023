#include "benchmarks/network_watch.hpp"

#include "benchmarks/gathered_records.hpp"
#include "core/clock.hpp"
#include "core/machine.hpp"

namespace assay::benchmarks {

std::vector<results::Record> NetworkWatch::records(const Job& job) {
  std::vector<results::Record> made;
  if (job.speaks_for_host() && !is_simulated()) {
    auto now = topology::read_device_counters();
    for (const auto& [device, before] : before_) {
      const auto after = now.find(device);
      if (after == now.end()) continue;
      results::Record record;
      record.benchmark = "network_counters";
      record.implementation = "kernel";
      record.host = job.identity(job.rank()).host;
      record.device = device;
      record.counters = topology::growth(before, after->second);
      record.time = utc_timestamp();
      made.push_back(std::move(record));
    }
    before_ = std::move(now);
  }
  return gather_records(job.world, made);
}

}  // namespace assay::benchmarks
