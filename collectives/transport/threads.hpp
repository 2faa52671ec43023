#pragma once

#include <memory>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives {

/// Messages between threads of one process, through memory of the process. `bootstrap` must be of
/// a ThreadGroup and outlive the transport.
[[nodiscard]] std::unique_ptr<Transport> make_thread_transport(Bootstrap& bootstrap);

}  // namespace assay::collectives
