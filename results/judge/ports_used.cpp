#include "results/judge/ports_used.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>

namespace assay::results {

namespace {

/// Less than this of what links carried went by the way: management, file systems, other traffic.
constexpr double share_of_a_way = 0.05;
/// What the ports counted of it before they are believed to be all: headers only add to it.
constexpr double share_of_all = 0.5;
/// InfiniBand Architecture Specification, PortXmitData: octets divided by 4.
constexpr double infiniband_unit = 4;

std::string fact(const Record& record, const std::string& name) {
  const auto found = record.report.facts.find(name);
  return found == record.report.facts.end() ? "" : found->second;
}

double bytes_in(const Record& counts) {
  const auto sum = [&](std::initializer_list<const char*> names) {
    double bytes = 0;
    for (const char* name : names)
      if (const auto found = counts.counters.find(name); found != counts.counters.end())
        bytes += static_cast<double>(found->second);
    return bytes;
  };
  return sum({"rx_bytes", "tx_bytes"}) + infiniband_unit * sum({"port_rcv_data", "port_xmit_data"});
}

double bytes_sent(const Record& link) {
  return static_cast<double>(*link.size_bytes) * static_cast<double>(link.samples_s.size()) *
         link.aggregated.value_or(1);
}

bool is_rdma(const std::string& device) { return device.find(':') != std::string::npos; }

}  // namespace

HostPorts::HostPorts(const Run& run) {
  for (const Record& record : run.records) {
    if (is_link(run.info, record)) {
      for (const std::string& host : {*record.from, *record.to})
        wanted_[host] += bytes_sent(record);
      continue;
    }
    if (record.benchmark != "network_port" || !record.host || !record.device) continue;
    Port port{*record.device,
              fact(record, "card"),
              fact(record, "rate"),
              fact(record, "without_rate"),
              {}};
    if (const auto rate = record.report.readings.find("bytes_per_s");
        rate != record.report.readings.end() && rate->second > 0)
      port.bytes_per_s = rate->second;
    ports_[*record.host].push_back(std::move(port));
  }
  for (const Record& record : run.records) {
    if (record.benchmark != "network_counters" || !record.host || !record.device) continue;
    for (Port& port : ports_[*record.host])
      if (port.device == *record.device) port.carried += bytes_in(record);
  }
}

/// An adapter without its port (mlx5_0) means its only one (mlx5_0:1).
const HostPorts::Port* HostPorts::named(const Ports& ports, const std::string& rail) {
  const Port* found = nullptr;
  for (const Port& port : ports) {
    if (port.device == rail) return &port;
    if (!port.device.starts_with(rail + ":")) continue;
    if (found != nullptr) return nullptr;
    found = &port;
  }
  return found;
}

/// Empty: not enough was counted to tell.
HostPorts::Ports HostPorts::that_carried(const std::string& host, const Ports& ports) const {
  const auto wanted = wanted_.find(host);
  if (wanted == wanted_.end()) return {};
  Ports used;
  double carried = 0;
  std::ranges::copy_if(ports, std::back_inserter(used), [&](const Port& port) {
    return port.carried >= share_of_a_way * wanted->second;
  });
  // VLANs, bonds and tunnels count what goes on by a card, too.
  const bool any_card =
      std::ranges::any_of(used, [](const Port& port) { return !port.card.empty(); });
  if (any_card) std::erase_if(used, [](const Port& port) { return port.card.empty(); });
  for (const Port& port : used) carried += port.carried;
  if (carried < share_of_all * wanted->second) return {};
  // So does RDMA on a port of InfiniBand what goes by its interface for IP.
  Ports alone;
  std::ranges::copy_if(used, std::back_inserter(alone), [&](const Port& port) {
    return is_rdma(port.device) || port.card.empty() ||
           std::ranges::none_of(used, [&](const Port& other) {
             return is_rdma(other.device) && other.card == port.card;
           });
  });
  return alone;
}

PortsUsed HostPorts::together(const Ports& ports) {
  PortsUsed all;
  double sum = 0;
  for (const Port& port : ports) {
    all.names += (all.names.empty() ? "" : "+") + port.device;
    all.rate += (all.rate.empty() ? "" : " + ") + port.rate;
    if (all.not_known.empty() && !port.bytes_per_s)
      all.not_known = fmt::format("not checked: {} {}", port.device,
                                  port.without_rate.empty() ? "tells no rate" : port.without_rate);
    sum += port.bytes_per_s.value_or(0);
  }
  if (all.not_known.empty()) all.bytes_per_s = sum;
  return all;
}

PortsUsed HostPorts::used(const std::string& host, const std::string& rail) const {
  const auto unknown = [](const std::string& why) {
    return PortsUsed{"", "", {}, "not checked: " + why};
  };
  const auto found = ports_.find(host);
  if (found == ports_.end()) return unknown("the run does not tell what ports there are");
  if (!rail.empty())
    if (const Port* port = named(found->second, rail)) return together({*port});
  const Ports carried = that_carried(host, found->second);
  if (carried.empty()) return unknown("no port counted what the links carried");
  PortsUsed all = together(carried);
  if (!rail.empty() && carried.size() > 1)
    return unknown(
        fmt::format("links went by {}, and which rail by which is not known", all.names));
  return all;
}

}  // namespace assay::results
