#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace assay::topology {

/// A network device of this host, and what its port carries.
struct NetworkPort {
  std::string device;  ///< "eth0", "mlx5_0:1", as read_device_counters calls it
  std::string card;    ///< the kernel's device behind it, "0000:3b:00.0"; or empty
  std::string rate;    ///< as the kernel tells it: "25000 Mb/s", "400 Gb/sec (4X NDR)"
  std::optional<double> bytes_per_s;  ///< one way, with the headers; absent: not known
  std::string without_rate;           ///< why not: "is virtual: ..."; empty: it is known
};

/// The devices that read_device_counters tells of, in that order. Those without a card (veth,
/// bridges' ports, tunnels, VLANs, bonds), and cards that a hypervisor makes up, state a speed that
/// limits nothing: they have no rate.
/// `root` is where the system's files are looked for, in place of the root folder.
/// Cost   some small files a device.
[[nodiscard]] std::vector<NetworkPort> read_network_ports(const std::filesystem::path& root = "/");

}  // namespace assay::topology
