#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "benchmarks/device.hpp"
#include "benchmarks/peer_copy/arrays.hpp"

namespace assay::benchmarks::peer_copy {

/// What a GPU works with on its peers' memory, whichever of them it is.
class Worker;
/// On the current GPU. Throws  Error of exit code 2.
[[nodiscard]] std::shared_ptr<Worker> make_worker();

/// What the worker's GPU does with a peer that it reaches: one_way (its copy engine, to the peer),
/// both_ways (its copy engines, to the peer and from it at once; counts both), read (a kernel loads
/// the peer's array), write (a kernel stores to it), latency (the median is of one load that waits
/// for the one before). Times are the GPU's own; every result is checked. To be used while that GPU
/// is the current one. `next`: the cycle in `peer.lines`. Throws  Error of exit code 2.
[[nodiscard]] DeviceKernels make_pair_kernels(
    const std::shared_ptr<Worker>& worker, const Arrays& own, const Arrays& peer,
    const std::shared_ptr<const std::vector<std::uint32_t>>& next);

/// Puts the cycle into `lines`. Throws  Error of exit code 2.
void upload_cycle(const std::vector<std::uint32_t>& next, std::byte* lines);

}  // namespace assay::benchmarks::peer_copy
