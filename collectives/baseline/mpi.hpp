#pragma once

#include <memory>
#include <string>

#include "collectives/bootstrap/mpi.hpp"
#include "collectives/collective.hpp"

namespace assay::collectives {

/// The library's own call for `operation`, as the library chooses to do it. What MPI has no word
/// for is done around the call and takes its time: avg divides after it, mulsum multiplies a copy
/// before it, a reduce-scatter in place goes by way of another buffer.
/// Precondition of run   at most INT_MAX elements a block where the operation has blocks, and a
///                       buffer where these have weights, which must be symmetric in place.
/// Throws  Error if the library cannot make a type or operation.
[[nodiscard]] std::unique_ptr<Collective> make_mpi_collective(MpiBootstrap& bootstrap,
                                                              Operation operation,
                                                              Elements elements, int root,
                                                              const BlockWeights& weights = {});

/// "Open MPI v4.1.4": the library that runs, not the one compiled against.
[[nodiscard]] std::string mpi_library_version();

}  // namespace assay::collectives
