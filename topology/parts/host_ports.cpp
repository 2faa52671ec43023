#include "topology/parts/host_ports.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "core/kernel_files.hpp"
#include "topology/parts/link_rate.hpp"

namespace assay::topology {

namespace fs = std::filesystem;

namespace {

/// The PCI device that a card of a class is, or that it lies in, as virtual ones do.
std::optional<int> pci_part_of(const fs::path& card, const PciParts& devices) {
  std::error_code missing;
  fs::path device = fs::canonical(card / "device", missing);
  for (; !missing && device.has_relative_path(); device = device.parent_path()) {
    const auto part = devices.find(device.filename().string());
    if (part != devices.end()) return part->second;
  }
  return std::nullopt;
}

std::set<int> cards_with_ports(const Parts& parts) {
  std::set<int> cards;
  for (const Part& part : parts.parts)
    if (part.kind == "port") cards.insert(part.parent);
  return cards;
}

/// Absent where there is no telling: links that are down and virtual cards say -1, or nothing.
std::optional<double> megabits_of(const fs::path& interface) {
  const auto speed = first_value<double>(interface / "speed");
  return speed && *speed > 0 ? speed : std::nullopt;
}

}  // namespace

void add_infiniband_ports(Parts& parts, const fs::path& root, int host, const PciParts& devices) {
  for (const fs::path& card : sorted_entries(root / "sys/class/infiniband")) {
    const int parent = pci_part_of(card, devices).value_or(host);
    for (const fs::path& port : sorted_entries(card / "ports")) {
      const std::string rate = first_line(port / "rate");
      const bool is_ethernet = first_line(port / "link_layer") == "Ethernet";
      const int part = parts.add(
          {"port", fmt::format("{}:{}", card.filename().string(), port.filename().string()),
           fmt::format("{}, {}", first_line(port / "state"), first_line(port / "phys_state")),
           parent});
      parts.links.push_back({part,
                             parent,
                             is_ethernet ? "ethernet" : "infiniband",
                             rate,
                             port_bytes_per_s(rate, is_ethernet),
                             {}});
    }
  }
}

void add_ethernet_ports(Parts& parts, const fs::path& root, const PciParts& devices) {
  const std::set<int> of_rdma = cards_with_ports(parts);
  for (const fs::path& interface : sorted_entries(root / "sys/class/net")) {
    constexpr int arphrd_ether = 1;  // <net/if_arp.h>
    if (first_value<int>(interface / "type") != arphrd_ether) continue;
    const auto card = pci_part_of(interface, devices);
    if (!card || of_rdma.contains(*card)) continue;
    const int part = parts.add(
        {"port", interface.filename().string(), first_line(interface / "operstate"), *card});
    PartLink link{part, *card, "ethernet", "", {}, {}};
    if (const auto megabits = megabits_of(interface)) {
      link.detail = fmt::format("{:g} Mb/s", *megabits);
      link.bytes_per_s = ethernet_bytes_per_s(*megabits);
    }
    parts.links.push_back(std::move(link));
  }
}

}  // namespace assay::topology
