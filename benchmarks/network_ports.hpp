#pragma once

#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "results/record.hpp"
#include "topology/network_ports.hpp"

namespace assay::benchmarks {

/// One record (benchmark network_port) a device of a host: `facts` are its card, its rate as the
/// kernel tells it, or why there is none; `readings` what it carries (bytes per second).
[[nodiscard]] std::vector<results::Record> network_port_records(
    const std::string& host, const std::vector<topology::NetworkPort>& ports);

/// Those of all hosts of the job. Collective; returns all records on rank 0, none elsewhere.
/// Simulated hosts have no devices.
[[nodiscard]] std::vector<results::Record> read_network_ports(const Job& job);

}  // namespace assay::benchmarks
