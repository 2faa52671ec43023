#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "topology/parts/parts.hpp"

namespace assay::topology {

/// Parts of PCI devices by address.
using PciParts = std::map<std::string, int>;

/// Adds the ports of cards that do RDMA (InfiniBand, or Ethernet by RoCE), with what the kernel
/// tells of them under `root`: "4: ACTIVE, 5: LinkUp", and their rate. A port hangs on its card, or
/// on the host.
void add_infiniband_ports(Parts& parts, const std::filesystem::path& root, int host,
                          const PciParts& devices);

/// Adds the Ethernet ports of cards that have no port of RDMA: "up" or "down", and their rate where
/// they have one; virtual cards have none.
void add_ethernet_ports(Parts& parts, const std::filesystem::path& root, const PciParts& devices);

}  // namespace assay::topology
