#pragma once

#include <memory>

#include "collectives/bootstrap.hpp"
#include "collectives/collective.hpp"
#include "collectives/reduction.hpp"
#include "collectives/registered_memory.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives {

/// The operation on registered memory: peers load each other's inputs and store into each other's
/// outputs, between two meetings. Sums are made in one pass over all sources. `stores` go past the
/// caches or not: past them is quicker from the size on that does not stay in them, which is some
/// MiB where ranks share a cache, and far less where lines must cross between two. Executing
/// allocates nothing and, while ranks do not outnumber processors, takes no system call.
/// Collective. Once `memory` is freed, require_usable() refuses.
/// Precondition of run   input and output lie in `memory.mine()`, at the same places on every rank,
///                       also where a rank has no part of them. In place only where
///                       `works_in_place(operation)`.
/// Throws  UnavailableError if the transport has no memory for the meetings.
[[nodiscard]] std::unique_ptr<Collective> make_registered_collective(
    Operation operation, int root, Bootstrap& bootstrap, Transport& transport,
    const RegisteredMemory& memory, Elements elements, const ExecutorOptions& options,
    const BlockWeights& weights = {}, Stores stores = Stores::cached);

/// False where one rank would write what another one has yet to read.
[[nodiscard]] bool works_in_place(Operation operation, int ranks, const BlockWeights& weights = {});

}  // namespace assay::collectives
