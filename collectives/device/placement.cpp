#include "collectives/device/placement.hpp"

#include <fmt/format.h>

#include <map>
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

}  // namespace

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
                      .hosts = {}};
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
    }
  }
  return placement;
}

}  // namespace assay::collectives::device
