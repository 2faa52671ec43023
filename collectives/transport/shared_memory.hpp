#pragma once

#include <memory>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives {

/// Messages between processes of one host through POSIX shared memory: the receiver makes and
/// first touches the memory, the sender maps it, and its name is gone before `open` returns.
/// `bootstrap` must outlive the transport.
/// Throws (open)  Error if the memory is not to be had, or a peer cannot see it (another host,
///                or a container with its own /dev/shm).
[[nodiscard]] std::unique_ptr<Transport> make_shared_memory_transport(Bootstrap& bootstrap);

}  // namespace assay::collectives
