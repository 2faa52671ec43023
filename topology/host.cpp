#include "topology/host.hpp"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "core/kernel_files.hpp"
#include "core/machine.hpp"
#include "topology/processors.hpp"

namespace assay::topology {

namespace {

/// The value of "name   : value" in /proc/cpuinfo.
std::string processor_model() {
  std::ifstream file{"/proc/cpuinfo"};
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  utsname names{};
  return uname(&names) == 0 ? names.machine : "";
}

std::vector<int> affinity() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return processors;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &mask)) processors.push_back(cpu);
  return processors;
}

Bytes last_level_cache(hwloc_topology_t topology) {
  for (const auto level : {HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L2CACHE}) {
    const hwloc_obj_t cache = hwloc_get_obj_by_type(topology, level, 0);
    if (cache != nullptr) return {cache->attr->cache.size};
  }
  return {};
}

std::uint64_t memory_available_in_proc() {
  constexpr std::uint64_t bytes_per_kibibyte = 1024;
  std::ifstream file{"/proc/meminfo"};
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line};
    std::string name;
    std::uint64_t kibibytes = 0;
    if (words >> name >> kibibytes && name == "MemAvailable:")
      return kibibytes * bytes_per_kibibyte;
  }
  return std::numeric_limits<std::uint64_t>::max();
}

/// All that is known of a simulated host; its ranks are actors of one thread.
Host simulated_host() {
  Host host;
  host.name = host_name();
  host.boot_id = "simulated";
  host.processor = "simulated";
  host.usable_processors = {0};
  return host;
}

}  // namespace

Host discover_host() {
  if (is_simulated()) return simulated_host();
  Host host;
  host.name = host_name();
  host.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  host.processor = processor_model();
  host.usable_processors = affinity();

  const native::Topology topology = load_processors();
  host.packages = hwloc_get_nbobjs_by_type(topology.get(), HWLOC_OBJ_PACKAGE);
  host.cores = hwloc_get_nbobjs_by_type(topology.get(), HWLOC_OBJ_CORE);
  host.numa_nodes = hwloc_get_nbobjs_by_type(topology.get(), HWLOC_OBJ_NUMANODE);
  host.last_level_cache = last_level_cache(topology.get());
  host.memory = {static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                 static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE))};
  return host;
}

Bytes available_memory() {
  std::uint64_t available = memory_available_in_proc();
  const auto limit =
      first_value<std::uint64_t>("/sys/fs/cgroup/memory.max");  // "max" reads as no number
  const auto used = first_value<std::uint64_t>("/sys/fs/cgroup/memory.current");
  if (limit && used) available = std::min(available, *limit > *used ? *limit - *used : 0);
  return {available};
}

std::string to_json(const Host& host) {
  const nlohmann::ordered_json json{{"host", host.name},
                                    {"processor", host.processor},
                                    {"packages", host.packages},
                                    {"cores", host.cores},
                                    {"numa_nodes", host.numa_nodes},
                                    {"last_level_cache_bytes", host.last_level_cache.value},
                                    {"memory_bytes", host.memory.value}};
  return json.dump();
}

}  // namespace assay::topology
