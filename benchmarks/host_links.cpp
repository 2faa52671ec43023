#include "benchmarks/host_links.hpp"

#include "core/clock.hpp"

namespace assay::benchmarks {

using results::Record;

std::vector<Record> host_link_records(const std::string& host, const topology::Parts& parts) {
  std::vector<Record> records;
  for (const topology::PartLink& link : parts.links) {
    const topology::Part& part = parts.parts[static_cast<std::size_t>(link.from)];
    if (part.kind == "bridge") continue;
    Record record;
    record.benchmark = "host_link";
    record.implementation = "kernel";
    record.host = host;
    record.device = part.name;
    record.time = utc_timestamp();
    record.report.facts["kind"] = part.kind;
    record.report.facts[part.kind == "port" ? "state" : "id"] = part.detail;
    if (!link.detail.empty()) record.report.facts["link"] = link.detail;
    if (link.bytes_per_s) record.report.readings["bytes_per_s"] = *link.bytes_per_s;
    if (link.both_ends_allow)
      record.report.readings["both_ends_allow_bytes_per_s"] = *link.both_ends_allow;
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace assay::benchmarks
