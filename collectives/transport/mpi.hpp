#pragma once

#include <memory>

#include "collectives/bootstrap/mpi.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives {

/// Messages by MPI_Isend and posted MPI_Irecv: whatever network the library drives.
/// `bootstrap` must outlive the transport and its links.
[[nodiscard]] std::unique_ptr<Transport> make_mpi_transport(MpiBootstrap& bootstrap);

}  // namespace assay::collectives
