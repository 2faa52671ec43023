#pragma once

#include <filesystem>
#include <span>

#include "core/native/hwloc.hpp"
#include "topology/gpu_links.hpp"
#include "topology/parts/parts.hpp"

namespace assay::topology {

/// The PCI tree of this machine with each link's speed and width beside what both of its ends can
/// do, and the ports of its network cards with their state and rate, as the kernel tells them in
/// /sys; on the packages and NUMA nodes of `processors`, unless that is null.
/// `root` is where the system's files are looked for, in place of the root folder.
/// Cost   some milliseconds.
[[nodiscard]] Parts discover_parts(const std::string& host, const std::filesystem::path& root = "/",
                                   hwloc_topology_t processors = nullptr);

/// Adds names of GPUs and their NVLinks: a link of `parts` for all NVLinks to the same end. What a
/// link that is down leads to may not be told: it is then counted with the GPU.
void add_gpu_links(Parts& parts, std::span<const GpuLinks> gpus);

}  // namespace assay::topology
