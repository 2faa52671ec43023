#pragma once

#include <memory>

#include "collectives/device/own_collective.hpp"

namespace assay::collectives::device {

/// Collective over the processes: all-reduce by one_shot.hpp.
[[nodiscard]] std::unique_ptr<GroupCollective> make_packets_collective(const OwnTask& task,
                                                                       Bootstrap& processes,
                                                                       const Placement& placement,
                                                                       Seconds patience);

/// Collective over the processes: all-reduce by two_shot.hpp, in `buffers`.
[[nodiscard]] std::unique_ptr<GroupCollective> make_direct_collective(const OwnTask& task,
                                                                      Bootstrap& processes,
                                                                      const Placement& placement,
                                                                      const PeerMemory& buffers,
                                                                      Seconds patience);

}  // namespace assay::collectives::device
