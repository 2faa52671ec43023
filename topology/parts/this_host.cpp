#include "topology/parts/this_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>

#include "topology/parts/link_rate.hpp"

namespace assay::topology {

namespace fs = std::filesystem;

namespace {

constexpr double gigabit = 1e9 / 8;

/// The first line of a file of the kernel's; empty: there is none.
std::string line_of(const fs::path& file) {
  std::ifstream stream{file};
  std::string line;
  std::getline(stream, line);
  return line;
}

int number_of(const fs::path& file) {
  const std::string line = line_of(file);
  int value = 0;
  std::from_chars(line.data(), line.data() + line.size(), value);
  return value;
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator{folder, missing}) entries.push_back(entry.path());
  std::ranges::sort(entries);
  return entries;
}

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
  const auto rate = gigatransfers_in(line_of(device / (which + "_link_speed")));
  const int lanes = number_of(device / (which + "_link_width"));
  if (!rate || lanes < 1) return std::nullopt;
  return PciLink{*rate, lanes};
}

/// A port that looks down, such as a processor's: the link that it tells of is that of the device
/// below it. Ports look down and up in turn, from the processor's on.
bool looks_down(const fs::path& device) {
  const auto is_bridge = [](const fs::path& folder) {
    return kind_of(line_of(folder / "class")) == "bridge";
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

void add_pci_devices(Parts& parts, const fs::path& root, int host,
                     std::map<std::string, int>& by_address) {
  // Real paths hold the devices above each: /sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0
  std::vector<fs::path> devices;
  for (const fs::path& entry : sorted_entries(root / "sys/bus/pci/devices")) {
    std::error_code missing;
    const fs::path real = fs::canonical(entry, missing);
    if (!missing) devices.push_back(real);
  }
  std::ranges::sort(devices);  // those above come first
  for (const fs::path& device : devices) {
    const auto above = by_address.find(device.parent_path().filename().string());
    const int parent = above == by_address.end() ? host : above->second;
    const int part = parts.add(
        {kind_of(line_of(device / "class")), device.filename().string(),
         fmt::format("{} {}", line_of(device / "vendor"), line_of(device / "device")), parent});
    by_address[device.filename().string()] = part;
    const PartLink link = pci_uplink(device, part, parent);
    if (link.bytes_per_s && !looks_down(device)) parts.links.push_back(link);
  }
}

/// "400 Gb/sec (4X NDR)"
std::optional<double> port_rate(const std::string& text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || !std::string_view{end}.starts_with(" Gb/sec")) return std::nullopt;
  return value * gigabit;
}

void add_infiniband_ports(Parts& parts, const fs::path& root, int host,
                          const std::map<std::string, int>& by_address) {
  for (const fs::path& card : sorted_entries(root / "sys/class/infiniband")) {
    std::error_code missing;
    const fs::path device = fs::canonical(card / "device", missing);
    const auto on = by_address.find(device.filename().string());
    const int parent = missing || on == by_address.end() ? host : on->second;
    for (const fs::path& port : sorted_entries(card / "ports")) {
      const std::string rate = line_of(port / "rate");
      const int part = parts.add(
          {"port", fmt::format("{}:{}", card.filename().string(), port.filename().string()),
           fmt::format("{}, {}", line_of(port / "state"), line_of(port / "phys_state")), parent});
      parts.links.push_back({part, parent, "infiniband", rate, port_rate(rate), {}});
    }
  }
}

}  // namespace

Parts discover_parts(const std::string& host, const fs::path& root) {
  Parts parts;
  parts.origin = "this host";
  const int top = parts.add({"host", host, "", Part::top});
  std::map<std::string, int> by_address;
  add_pci_devices(parts, root, top, by_address);
  add_infiniband_ports(parts, root, top, by_address);
  return parts;
}

}  // namespace assay::topology
