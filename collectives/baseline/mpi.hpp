#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collectives/baseline/mpi_algorithms.hpp"
#include "collectives/bootstrap/mpi.hpp"
#include "collectives/collective.hpp"

namespace assay::collectives {

/// The library's own call for `operation`, as the library chooses to do it (mpi_default) or by the
/// algorithm that it is told. What MPI has no word for is done around the call and takes its time:
/// avg divides after it, mulsum multiplies a copy before it, a reduce-scatter in place goes by way
/// of another buffer. Collective. Precondition: why_not_forced() says nothing of the algorithm.
/// Precondition of run   at most INT_MAX elements a block where the operation has blocks, and a
///                       buffer where these have weights, which must be symmetric in place.
/// Throws  Error if the library cannot make a type or operation.
[[nodiscard]] std::unique_ptr<Collective> make_mpi_collective(
    MpiBootstrap& bootstrap, Operation operation, Elements elements, int root,
    const BlockWeights& weights = {}, std::string_view algorithm = mpi_default);

/// What keeps the library from doing the algorithms' operation by the one called `name` in this
/// group, if anything: it refuses some for some numbers of ranks. Collective: every rank tries it.
/// The same on all ranks.
[[nodiscard]] std::optional<std::string> why_not_forced(MpiBootstrap& bootstrap,
                                                        const MpiAlgorithms& algorithms,
                                                        std::string_view name);

/// "Open MPI v4.1.4", "MPICH Version: 4.0.2": the library that runs, not the one compiled against.
[[nodiscard]] std::string mpi_library_version();

}  // namespace assay::collectives
