#pragma once

#include <filesystem>

#include "topology/parts/parts.hpp"

namespace assay::topology {

/// The PCI tree of this machine with each link's speed and width beside what both of its ends can
/// do, and its InfiniBand ports with their state and rate, as the kernel tells them in /sys.
/// `root` is where the system's files are looked for, in place of the root folder.
/// Cost   some milliseconds.
[[nodiscard]] Parts discover_parts(const std::string& host,
                                   const std::filesystem::path& root = "/");

}  // namespace assay::topology
