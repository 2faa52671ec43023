#include "collectives/transports.hpp"

#include <array>

#include "collectives/transport/mpi.hpp"
#include "collectives/transport/shared_memory.hpp"
#include "core/error.hpp"
#include "core/named.hpp"

namespace assay::collectives {

namespace {

std::unique_ptr<Transport> make_mpi(Bootstrap& bootstrap) {
  auto* ranks = dynamic_cast<MpiBootstrap*>(&bootstrap);
  if (ranks == nullptr) throw UnavailableError{"transport mpi needs ranks that MPI started"};
  return make_mpi_transport(*ranks);
}

// `threads` is not here: its ranks are threads, which only tests make.
constexpr std::array backends{
    TransportBackend{"shared_memory", "POSIX shared memory, between the ranks of one host", true,
                     make_shared_memory_transport},
    TransportBackend{"mpi", "MPI point-to-point messages, between any ranks", false, make_mpi},
};

}  // namespace

std::span<const TransportBackend> transports() { return backends; }

const TransportBackend& find_transport(std::string_view name) {
  for (const TransportBackend& backend : backends)
    if (backend.name == name) return backend;
  // Who knows where the ranks are chooses one of them for `auto`.
  refuse_name(name, "transport", "auto, " + names_in(backends));
}

}  // namespace assay::collectives
