#include "benchmarks/device.hpp"

#include <algorithm>
#include <random>

#include "benchmarks/gathered_records.hpp"
#include "benchmarks/kernel_meter.hpp"
#include "topology/pair_schedule.hpp"

namespace assay::benchmarks {

using results::Record;

namespace {

/// How many ranks of each host measure at once: half of its processors, so that the other half is
/// there for whatever else the machine has to do; or all of them.
std::vector<int> ranks_at_once(const Job& job, bool all_processors) {
  if (all_processors) return job.processors;
  std::vector<int> capacity;
  for (const int processors : job.processors) capacity.push_back(std::max(1, processors / 2));
  return capacity;
}

std::vector<std::vector<int>> turns(const Job& job, const std::vector<int>& chosen,
                                    bool all_processors) {
  std::vector<int> hosts;
  for (const int rank : chosen) hosts.push_back(job.host_of[static_cast<std::size_t>(rank)]);
  auto groups = topology::device_groups(hosts, ranks_at_once(job, all_processors));
  for (auto& group : groups)
    for (int& member : group) member = chosen[static_cast<std::size_t>(member)];
  return groups;
}

}  // namespace

std::vector<Record> measure_devices(const Job& job, DeviceKernels& kernels,
                                    const std::vector<int>& chosen, const DeviceOptions& options) {
  std::vector<KernelMeter> meters;
  for (DeviceKernel& kernel : kernels) meters.emplace_back(kernel);
  std::mt19937 random{static_cast<unsigned>(options.confirmation)};  // the same on all ranks
  std::vector<int> order = chosen;
  for (int pass = 0; pass < options.passes; ++pass) {
    for (const auto& group : turns(job, order, options.all_processors)) {
      if (std::find(group.begin(), group.end(), job.rank()) != group.end()) {
        for (std::size_t i = 0; i < meters.size(); ++i) {
          job.announce(kernels[i].description.benchmark + " " +
                       kernels[i].description.implementation);
          job.heartbeat.deadline_ns.store(Deadline::after(options.deadline).nanoseconds());
          job.heartbeat.beats.fetch_add(1);
          meters[i].take_turn(options.budget,
                              share_of_turn(options.iterations, options.passes, pass));
        }
        job.heartbeat.deadline_ns.store(0);
      }
      job.world.patient_barrier();
    }
    std::shuffle(order.begin(), order.end(), random);
  }
  std::vector<Record> mine;
  for (const KernelMeter& meter : meters) {
    Record& record = mine.emplace_back(meter.record(job.rank(), options.confirmation));
    record.rank = job.rank();
    record.host = job.identity(job.rank()).host;
    if (!record.device) record.device = "cpu";
  }
  return gather_records(job.world, mine);
}

}  // namespace assay::benchmarks
