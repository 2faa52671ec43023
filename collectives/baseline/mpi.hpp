#pragma once

#include <memory>

#include "collectives/bootstrap/mpi.hpp"
#include "collectives/collective.hpp"

namespace assay::collectives {

/// MPI_Allreduce as the library chooses to do it.
[[nodiscard]] std::unique_ptr<Collective> make_mpi_all_reduce(MpiBootstrap& bootstrap,
                                                              DataType type, ReduceOp op);

/// "Open MPI v4.1.4": the library that runs, not the one compiled against.
[[nodiscard]] std::string mpi_library_version();

}  // namespace assay::collectives
