#include "collectives/transports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collectives/transport/mpi.hpp"
#include "collectives/transport/shared_memory.hpp"
#include "core/error.hpp"
#include "core/named.hpp"
#ifdef ASSAY_UCX
#include "collectives/transport/ucx.hpp"
#endif

namespace assay::collectives {

namespace {

std::unique_ptr<Transport> make_shared_memory(Bootstrap& bootstrap, const TransportOptions&) {
  return make_shared_memory_transport(bootstrap);
}

std::unique_ptr<Transport> make_mpi(Bootstrap& bootstrap, const TransportOptions&) {
  auto* ranks = dynamic_cast<MpiBootstrap*>(&bootstrap);
  if (ranks == nullptr) throw UnavailableError{"transport mpi needs ranks that MPI started"};
  return make_mpi_transport(*ranks);
}

// `threads` is not here: its ranks are threads, which only tests make.
constexpr std::array backends{
    TransportBackend{"shared_memory", "POSIX shared memory, between the ranks of one host", true,
                     false, make_shared_memory},
#ifdef ASSAY_UCX
    TransportBackend{"ucx", "UCX active messages and puts, between any ranks; over --rails", false,
                     true, make_ucx_transport, check_ucx_transport, ucx_library_version},
#endif
    TransportBackend{"mpi", "MPI point-to-point messages, between any ranks", false, false,
                     make_mpi},
};

#ifdef ASSAY_UCX
constexpr std::array<std::string_view, 0> missing{};
#else
constexpr std::array<std::string_view, 1> missing{"ucx"};
#endif

}  // namespace

std::span<const TransportBackend> transports() { return backends; }

std::span<const std::string_view> missing_transports() { return missing; }

const TransportBackend* find_built_transport(std::string_view name) {
  const auto found = std::ranges::find(backends, name, &TransportBackend::name);
  return found == backends.end() ? nullptr : &*found;
}

const TransportBackend& find_transport(std::string_view name) {
  if (const TransportBackend* backend = find_built_transport(name)) return *backend;
  if (std::ranges::find(missing, name) != missing.end())
    throw UnavailableError{
        fmt::format("transport {} is not in this build: its library was not found", name)};
  // Who knows where the ranks are chooses for `auto`.
  refuse_name(name, "transport", "auto, " + names_in(backends));
}

}  // namespace assay::collectives
