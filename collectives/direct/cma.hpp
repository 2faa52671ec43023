#pragma once

#include <memory>
#include <optional>
#include <string>

#include "collectives/bootstrap.hpp"
#include "collectives/collective.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives {

/// Whether the kernel lets all ranks of the group read each other's memory (cross-memory attach,
/// process_vm_readv): they must be on one host, and neither ptrace's scope nor a container's
/// seccomp filter may forbid it. Collective: every rank tries it on the next one. Returns  nothing
/// if all may, else why not; the same on all ranks.
[[nodiscard]] std::optional<std::string> why_no_cma(Bootstrap& bootstrap);

/// The operation on private buffers, of which the kernel copies straight to where they are wanted:
/// each byte once, with system calls. Pays from some tens of KiB on.
/// Collective. Precondition: why_no_cma() says nothing, and make_pulls() has the operation.
/// Precondition of run   in place only where `pulls_in_place(operation)`.
/// Throws  UnavailableError if the transport has no memory for the meetings.
[[nodiscard]] std::unique_ptr<Collective> make_cma_collective(
    Operation operation, int root, Bootstrap& bootstrap, Transport& transport, Elements elements,
    const ExecutorOptions& options, const BlockWeights& weights = {});

/// Whether there is such a collective.
[[nodiscard]] bool has_cma_collective(Operation operation);
/// False where one rank would write what another one has yet to read.
[[nodiscard]] bool pulls_in_place(Operation operation, int ranks, const BlockWeights& weights = {});

}  // namespace assay::collectives
