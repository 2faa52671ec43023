#include "results/judge/device_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace assay::results {

namespace {

constexpr std::uint64_t packets_at_least = 1000;
/// IEEE 802.3 allows one wrong bit in 1e12, a broken frame of 9,000 bytes in 1e7; so does
/// InfiniBand. Ten times that is no bad luck.
constexpr double broken_frames_allowed = 1e-6;
/// A single one happens to anybody.
constexpr std::uint64_t broken_at_least = 3;

std::uint64_t sum_of(const Record& record, std::initializer_list<const char*> names) {
  std::uint64_t sum = 0;
  for (const char* name : names)
    if (const auto found = record.counters.find(name); found != record.counters.end())
      sum += found->second;
  return sum;
}

void add(DeviceCounts& counts, const Record& record) {
  counts.packets += sum_of(record, {"rx_packets", "port_rcv_packets"});
  // A carrier changes when it goes and when it comes.
  counts.lost_links +=
      (sum_of(record, {"carrier_changes"}) + 1) / 2 + sum_of(record, {"link_downed"});
  counts.broken += sum_of(
      record, {"rx_errors", "tx_errors", "symbol_error", "port_rcv_errors", "link_error_recovery"});
}

}  // namespace

bool DeviceCounts::carried() const { return packets >= packets_at_least; }

bool DeviceCounts::breaks_frames() const {
  return broken >= broken_at_least &&
         static_cast<double>(broken) > broken_frames_allowed * static_cast<double>(packets);
}

std::string DeviceCounts::told_of_link() const {
  if (lost_links == 1) return device + " lost its link once";
  return fmt::format("{} lost its link {} times", device, lost_links);
}

std::string DeviceCounts::told() const {
  if (lost_links > 0) return told_of_link() + " while links were measured";
  return fmt::format("{}: {} of {} frames were broken", device, broken, packets);
}

std::vector<DeviceCounts> count_devices(std::span<const Record> records) {
  std::vector<DeviceCounts> devices;
  for (const Record& record : records) {
    if (record.benchmark != "network_counters" || !record.host || !record.device) continue;
    auto found = std::ranges::find_if(devices, [&](const DeviceCounts& one) {
      return one.host == *record.host && one.device == *record.device;
    });
    if (found == devices.end())
      found = devices.insert(found, DeviceCounts{*record.host, *record.device});
    add(*found, record);
  }
  return devices;
}

std::string lost_carrier(const Run& run) {
  for (const DeviceCounts& counts : count_devices(run.records))
    if (counts.lost_its_link()) return fmt::format("{}: {}", counts.host, counts.told());
  return "";
}

std::string rail_of(const NetworkInfo& network, const DeviceCounts& counts) {
  const auto& rails = network.rails;
  const bool is_rail = rails.size() > 1 && std::ranges::find(rails, counts.device) != rails.end();
  return is_rail ? counts.device : "";
}

std::vector<SlowPart> parts_cut_off(const Run& run, const LinkTable& table) {
  std::vector<SlowPart> parts;
  for (const DeviceCounts& counts : count_devices(run.records)) {
    const auto node = std::ranges::find(table.nodes, counts.host);
    if (!counts.lost_its_link() || node == table.nodes.end()) continue;
    SlowPart part;
    part.part = LinkPart::node;
    part.subject = static_cast<int>(node - table.nodes.begin());
    part.direction = Direction::both;
    part.state = SlowPart::State::convicted;
    if (const auto rail = rail_of(*run.info.network, counts); !rail.empty()) {
      part.part = LinkPart::nic;
      part.rail = static_cast<int>(std::ranges::find(table.rails, rail) - table.rails.begin());
    }
    parts.push_back(part);
  }
  return parts;
}

}  // namespace assay::results
