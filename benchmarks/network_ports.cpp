#include "benchmarks/network_ports.hpp"

#include "benchmarks/gathered_records.hpp"
#include "core/clock.hpp"
#include "core/machine.hpp"

namespace assay::benchmarks {

using results::Record;

std::vector<Record> network_port_records(const std::string& host,
                                         const std::vector<topology::NetworkPort>& ports) {
  std::vector<Record> records;
  for (const topology::NetworkPort& port : ports) {
    Record record;
    record.benchmark = "network_port";
    record.implementation = "kernel";
    record.host = host;
    record.device = port.device;
    record.time = utc_timestamp();
    if (!port.card.empty()) record.report.facts["card"] = port.card;
    if (!port.rate.empty()) record.report.facts["rate"] = port.rate;
    if (!port.without_rate.empty()) record.report.facts["without_rate"] = port.without_rate;
    if (port.bytes_per_s) record.report.readings["bytes_per_s"] = *port.bytes_per_s;
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<Record> read_network_ports(const Job& job) {
  std::vector<Record> made;
  if (job.speaks_for_host() && !is_simulated())
    made = network_port_records(job.identity(job.rank()).host, topology::read_network_ports());
  return gather_records(job.world, made);
}

}  // namespace assay::benchmarks
