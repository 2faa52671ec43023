#include "topology/parts/this_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/kernel_files.hpp"
#include "topology/parts/host_ports.hpp"
#include "topology/parts/link_rate.hpp"
#include "topology/parts/processor_parts.hpp"

namespace assay::topology {

namespace fs = std::filesystem;

namespace {

std::string kind_of(const std::string& pci_class) {
  if (pci_class.starts_with("0x03")) return "gpu";
  if (pci_class.starts_with("0x02") || pci_class.starts_with("0x0c06")) return "nic";
  if (pci_class.starts_with("0x06")) return "bridge";
  return "pci";
}

struct PciLink {
  double gigatransfers = 0;
  int lanes = 0;
};
/// `which`: current or max.
std::optional<PciLink> link_of(const fs::path& device, const std::string& which) {
  const auto rate = gigatransfers_in(first_line(device / (which + "_link_speed")));
  const int lanes = first_value<int>(device / (which + "_link_width")).value_or(0);
  if (!rate || lanes < 1) return std::nullopt;
  return PciLink{*rate, lanes};
}

/// A port that looks down, such as a processor's: the link that it tells of is that of the device
/// below it. Ports look down and up in turn, from the processor's on.
bool looks_down(const fs::path& device) {
  const auto is_bridge = [](const fs::path& folder) {
    return kind_of(first_line(folder / "class")) == "bridge";
  };
  if (!is_bridge(device)) return false;
  int above = 0;
  for (fs::path folder = device.parent_path(); is_bridge(folder); folder = folder.parent_path())
    ++above;
  return above % 2 == 0;
}

/// A device and the device above it, whose port the link ends at.
PartLink pci_uplink(const fs::path& device, int part, int parent) {
  PartLink link{part, parent, "pcie", "", {}, {}};
  const auto now = link_of(device, "current");
  if (!now) return link;
  link.detail = fmt::format("{:g} GT/s x{}", now->gigatransfers, now->lanes);
  link.bytes_per_s = pcie_bytes_per_s(now->gigatransfers, now->lanes);
  auto most = link_of(device, "max");
  if (!most) return link;
  if (const auto above = link_of(device.parent_path(), "max")) {
    most->gigatransfers = std::min(most->gigatransfers, above->gigatransfers);
    most->lanes = std::min(most->lanes, above->lanes);
  }
  link.both_ends_allow = pcie_bytes_per_s(most->gigatransfers, most->lanes);
  if (link.is_degraded())
    link.detail +=
        fmt::format(", both ends can do {:g} GT/s x{}", most->gigatransfers, most->lanes);
  return link;
}

/// Where a device hangs that has no other above it: on the memory that it is nearest to.
int nearest_of(const fs::path& device, int host, const std::map<int, int>& numa_nodes) {
  const auto node = numa_nodes.find(first_value<int>(device / "numa_node").value_or(-1));
  return node == numa_nodes.end() ? host : node->second;
}

PciParts add_pci_devices(Parts& parts, const fs::path& root, int host,
                         const std::map<int, int>& numa_nodes) {
  // Real paths hold the devices above each: /sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0
  std::vector<fs::path> devices;
  for (const fs::path& entry : sorted_entries(root / "sys/bus/pci/devices")) {
    std::error_code missing;
    const fs::path real = fs::canonical(entry, missing);
    if (!missing) devices.push_back(real);
  }
  std::ranges::sort(devices);  // those above come first
  PciParts by_address;
  for (const fs::path& device : devices) {
    const auto above = by_address.find(device.parent_path().filename().string());
    const int parent =
        above == by_address.end() ? nearest_of(device, host, numa_nodes) : above->second;
    const int part = parts.add(
        {kind_of(first_line(device / "class")), device.filename().string(),
         fmt::format("{} {}", first_line(device / "vendor"), first_line(device / "device")),
         parent});
    by_address[device.filename().string()] = part;
    const PartLink link = pci_uplink(device, part, parent);
    if (link.bytes_per_s && !looks_down(device)) parts.links.push_back(link);
  }
  return by_address;
}

}  // namespace

Parts discover_parts(const std::string& host, const fs::path& root, hwloc_topology_t processors) {
  Parts parts;
  parts.origin = "this host";
  const int top = parts.add({"host", host, "", Part::top});
  std::map<int, int> numa_nodes;
  if (processors != nullptr) numa_nodes = add_processors(parts, top, processors);
  const PciParts devices = add_pci_devices(parts, root, top, numa_nodes);
  add_infiniband_ports(parts, root, top, devices);
  add_ethernet_ports(parts, root, devices);
  return parts;
}

}  // namespace assay::topology
