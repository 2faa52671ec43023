#include "collectives/device/own_collective.hpp"

#include "collectives/device/direct_collective.hpp"
#include "collectives/device/plan_collective.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {

std::unique_ptr<GroupCollective> make_own_collective(std::string_view algorithm,
                                                     const OwnTask& task, Bootstrap& processes,
                                                     const Placement& placement,
                                                     const PeerMemory& buffers, Seconds patience) {
  const std::string why = why_not_on_gpus(task.operation, algorithm, task.largest_bytes);
  if (!why.empty()) throw UsageError{why};
  if (algorithm == packets_algorithm)
    return make_packets_collective(task, processes, placement, patience);
  if (algorithm == direct_algorithm)
    return make_direct_collective(task, processes, placement, buffers, patience);
  return make_plan_collective(find_algorithm(task.operation, algorithm), task, processes, placement,
                              patience);
}

}  // namespace assay::collectives::device
