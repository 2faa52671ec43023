#include "topology/network_ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "core/kernel_files.hpp"
#include "topology/network_counters.hpp"
#include "topology/parts/link_rate.hpp"

namespace assay::topology {

namespace {

namespace fs = std::filesystem;

/// Drivers of cards that a hypervisor makes up (KVM, VMware, Hyper-V, Xen): their speed is what
/// somebody has set.
constexpr std::array<std::string_view, 4> made_up{"virtio_net", "vmxnet3", "hv_netvsc", "vif"};

/// The last name of what a link leads to; empty: there is none.
std::string target_of(const fs::path& link) {
  std::error_code missing;
  const fs::path target = fs::canonical(link, missing);
  return missing ? "" : target.filename().string();
}

void read_ethernet(const fs::path& folder, NetworkPort& port) {
  port.card = target_of(folder / "device");
  const std::string driver = target_of(folder / "device/driver");
  // Links that are down, and cards that do not know, say -1, or nothing.
  const auto megabits = first_value<double>(folder / "speed");
  if (port.card.empty()) {
    port.without_rate = "is virtual: the speed that it states limits nothing";
  } else if (std::ranges::find(made_up, driver) != made_up.end()) {
    port.without_rate =
        fmt::format("is a virtual card ({}): the speed that it states limits nothing", driver);
  } else if (!megabits || *megabits <= 0) {
    port.without_rate = "tells no speed";
  } else {
    port.rate = fmt::format("{:g} Mb/s", *megabits);
    port.bytes_per_s = ethernet_bytes_per_s(*megabits);
  }
}

/// InfiniBand, or Ethernet by RoCE.
void read_rdma(const fs::path& card, const std::string& number, NetworkPort& port) {
  const fs::path folder = card / "ports" / number;
  port.card = target_of(card / "device");
  port.rate = first_line(folder / "rate");
  port.bytes_per_s = port_bytes_per_s(port.rate, first_line(folder / "link_layer") == "Ethernet");
  if (!port.bytes_per_s) port.without_rate = "tells no rate";
}

}  // namespace

std::vector<NetworkPort> read_network_ports(const fs::path& root) {
  std::vector<NetworkPort> ports;
  for (const auto& [device, counters] : read_device_counters(root)) {
    NetworkPort port;
    port.device = device;
    const auto colon = device.find(':');
    if (colon == std::string::npos)
      read_ethernet(root / "sys/class/net" / device, port);
    else
      read_rdma(root / "sys/class/infiniband" / device.substr(0, colon), device.substr(colon + 1),
                port);
    ports.push_back(std::move(port));
  }
  return ports;
}

}  // namespace assay::topology
