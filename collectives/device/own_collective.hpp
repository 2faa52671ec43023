#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "collectives/algorithm.hpp"
#include "collectives/bootstrap.hpp"
#include "collectives/collective.hpp"
#include "collectives/device/group_collective.hpp"
#include "collectives/device/own_algorithms.hpp"
#include "collectives/device/peer_memory.hpp"
#include "collectives/device/placement.hpp"

namespace assay::collectives::device {

/// What is asked of one of our collectives on GPUs.
struct OwnTask {
  Operation operation = Operation::all_reduce;
  Elements elements;
  int root = 0;
  BlockWeights weights = {};
  std::size_t largest_bytes = 0;  ///< of the whole, the largest that will be run
};

/// Collective over the processes: one of our algorithms, by name. Plans are proved first.
/// `direct_algorithm` works only on buffers that are at the same places of every rank's `buffers`.
/// Throws  UsageError for an unknown name; UnavailableError or UsageError as PeerMemory does.
[[nodiscard]] std::unique_ptr<GroupCollective> make_own_collective(
    std::string_view algorithm, const OwnTask& task, Bootstrap& processes,
    const Placement& placement, const PeerMemory& buffers, Seconds patience);

}  // namespace assay::collectives::device
