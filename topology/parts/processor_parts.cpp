#include "topology/parts/processor_parts.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace assay::topology {

namespace {

/// "251.5 GiB", "32 MiB"
std::string size_of(std::uint64_t bytes) {
  constexpr double mebi = 1024.0 * 1024;
  constexpr double gibi = 1024 * mebi;
  const auto size = static_cast<double>(bytes);
  return size >= gibi ? fmt::format("{:.4g} GiB", size / gibi)
                      : fmt::format("{:.4g} MiB", size / mebi);
}

std::string model_of(hwloc_obj_t package) {
  const char* model = hwloc_obj_get_info_by_name(package, "CPUModel");
  return model == nullptr ? "" : fmt::format("{}, ", model);
}

int count_inside(hwloc_topology_t processors, hwloc_obj_t object, hwloc_obj_type_t type) {
  return hwloc_get_nbobjs_inside_cpuset_by_type(processors, object->cpuset, type);
}

/// ", 2 x 32 MiB of level 3"; empty where there is no such cache.
std::string caches_of(hwloc_topology_t processors, hwloc_obj_t package) {
  const int caches = count_inside(processors, package, HWLOC_OBJ_L3CACHE);
  if (caches < 1) return "";
  const hwloc_obj_t cache =
      hwloc_get_obj_inside_cpuset_by_type(processors, package->cpuset, HWLOC_OBJ_L3CACHE, 0);
  return fmt::format(", {}{} cache of level 3", caches > 1 ? fmt::format("{} x ", caches) : "",
                     size_of(cache->attr->cache.size));
}

std::map<hwloc_obj_t, int> add_packages(Parts& parts, int host, hwloc_topology_t processors) {
  std::map<hwloc_obj_t, int> packages;
  for (hwloc_obj_t package = nullptr;
       (package = hwloc_get_next_obj_by_type(processors, HWLOC_OBJ_PACKAGE, package)) != nullptr;) {
    const std::string detail = fmt::format("{}{} cores, {} processors{}", model_of(package),
                                           count_inside(processors, package, HWLOC_OBJ_CORE),
                                           count_inside(processors, package, HWLOC_OBJ_PU),
                                           caches_of(processors, package));
    packages[package] = parts.add({"package", std::to_string(package->os_index), detail, host});
  }
  return packages;
}

}  // namespace

std::map<int, int> add_processors(Parts& parts, int host, hwloc_topology_t processors) {
  const auto packages = add_packages(parts, host, processors);
  std::map<int, int> nodes;
  for (hwloc_obj_t node = nullptr;
       (node = hwloc_get_next_obj_by_type(processors, HWLOC_OBJ_NUMANODE, node)) != nullptr;) {
    const auto package =
        packages.find(hwloc_get_ancestor_obj_by_type(processors, HWLOC_OBJ_PACKAGE, node));
    nodes[static_cast<int>(node->os_index)] = parts.add(
        {"numa", std::to_string(node->os_index), size_of(node->attr->numanode.local_memory),
         package == packages.end() ? host : package->second});
  }
  return nodes;
}

}  // namespace assay::topology
