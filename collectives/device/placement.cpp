#include "collectives/device/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/error.hpp"

namespace assay::collectives::device {

namespace {

/// CUDA's number of the first GPU that a process takes, which is number `index` of its host.
std::size_t first_device(const ProcessGpus& process, std::size_t index, std::size_t per_process) {
  const std::size_t seen = process.buses.size();
  if (seen >= (index + 1) * per_process) return index * per_process;
  if (seen >= per_process) return 0;  // each process may see its own alone
  throw UsageError{fmt::format(
      "{} GPUs are asked for, and {} has {}: lower -g, or let ranks share one by --virtual-ranks",
      per_process, process.host, seen)};
}

/// By host its GPUs in the order that gives them their numbers. Without the management library
/// these are all that some process sees, in the order of their buses, which is that library's.
std::map<std::string, std::vector<std::string>> gpus_by_host(
    const std::vector<ProcessGpus>& processes) {
  std::map<std::string, std::vector<std::string>> gpus;
  std::map<std::string, std::set<std::string>> seen;
  for (const ProcessGpus& process : processes) {
    if (gpus[process.host].empty()) gpus[process.host] = process.listed;
    seen[process.host].insert(process.buses.begin(), process.buses.end());
  }
  for (auto& [host, of_host] : gpus)
    if (of_host.empty()) of_host.assign(seen[host].begin(), seen[host].end());
  return gpus;
}

/// Beyond those of the list, where it lacks the GPU.
int number_in(const std::vector<std::string>& gpus, const std::string& bus) {
  return static_cast<int>(std::distance(gpus.begin(), std::ranges::find(gpus, bus)));
}

}  // namespace

std::string Placement::device_name(int rank) const {
  return fmt::format("gpu{}", numbers[static_cast<std::size_t>(rank)]);
}

Placement place_ranks(const std::vector<ProcessGpus>& processes, int process, int per_process,
                      bool is_virtual) {
  if (is_virtual && processes.size() > 1)
    throw UsageError{fmt::format(
        "virtual ranks are all in one process, and there are {}: start it without mpirun",
        processes.size())};
  Placement placement{.process = process,
                      .per_process = per_process,
                      .is_virtual = is_virtual,
                      .devices = {},
                      .buses = {},
                      .hosts = {},
                      .numbers = {}};
  const auto numbered = gpus_by_host(processes);
  std::map<std::string, std::size_t> processes_on;
  std::map<std::pair<std::string, std::string>, int> rank_on;
  const auto taken = is_virtual ? std::size_t{1} : static_cast<std::size_t>(per_process);
  for (const ProcessGpus& gpus : processes) {
    const std::size_t first = first_device(gpus, processes_on[gpus.host]++, taken);
    for (int i = 0; i < per_process; ++i) {
      const std::size_t device = is_virtual ? first : first + static_cast<std::size_t>(i);
      const std::string& bus = gpus.buses[device];
      const int rank = placement.ranks();
      const auto [other, is_free] = rank_on.try_emplace({gpus.host, bus}, rank);
      if (!is_free && !is_virtual)
        throw UsageError{
            fmt::format("ranks {} and {} would both be on GPU {} of {}: start one rank a GPU, or "
                        "let ranks share one by --virtual-ranks",
                        other->second, rank, bus, gpus.host)};
      placement.devices.push_back(static_cast<int>(device));
      placement.buses.push_back(bus);
      placement.hosts.push_back(gpus.host);
      placement.numbers.push_back(number_in(numbered.at(gpus.host), bus));
    }
  }
  return placement;
}

GpuShares share_gpus(const std::vector<ProcessGpus>& processes) {
  GpuShares shares;
  std::map<std::string, std::size_t> next_of;  // by host: the next of those that all see
  std::map<std::string, std::set<std::string>> taken;
  std::map<std::string, std::size_t> seen_on;
  for (std::size_t process = 0; process < processes.size(); ++process) {
    const ProcessGpus& gpus = processes[process];
    if (gpus.buses.empty()) continue;
    const std::size_t index = next_of[gpus.host]++;
    const std::string& bus = gpus.buses[index < gpus.buses.size() ? index : 0];
    if (!taken[gpus.host].insert(bus).second) continue;
    shares.members.push_back(static_cast<int>(process));
    std::size_t& seen = seen_on[gpus.host];
    seen = std::max(seen, gpus.buses.size());
  }
  std::optional<std::size_t> per_process;
  for (const auto& [host, seen] : seen_on) {
    const std::size_t of_host = std::max<std::size_t>(1, seen / taken[host].size());
    per_process = std::min(per_process.value_or(of_host), of_host);
  }
  shares.per_process = static_cast<int>(per_process.value_or(1));
  return shares;
}

Placement one_of_each(const Placement& placement, int index) {
  Placement one{.process = placement.process,
                .per_process = 1,
                .is_virtual = placement.is_virtual,
                .devices = {},
                .buses = {},
                .hosts = {},
                .numbers = {}};
  for (int rank = index; rank < placement.ranks(); rank += placement.per_process) {
    one.devices.push_back(placement.device(rank));
    one.buses.push_back(placement.bus(rank));
    one.hosts.push_back(placement.host(rank));
    one.numbers.push_back(placement.numbers[static_cast<std::size_t>(rank)]);
  }
  return one;
}

Placement within_host(const Placement& placement) {
  const std::string& host = placement.host(placement.first_local());
  Placement here{.process = 0,
                 .per_process = placement.per_process,
                 .is_virtual = placement.is_virtual,
                 .devices = {},
                 .buses = {},
                 .hosts = {},
                 .numbers = {}};
  for (int rank = 0; rank < placement.ranks(); ++rank) {
    if (placement.host(rank) != host) continue;
    if (rank == placement.first_local()) here.process = here.ranks() / here.per_process;
    here.devices.push_back(placement.device(rank));
    here.buses.push_back(placement.bus(rank));
    here.hosts.push_back(host);
    here.numbers.push_back(placement.numbers[static_cast<std::size_t>(rank)]);
  }
  return here;
}

}  // namespace assay::collectives::device
