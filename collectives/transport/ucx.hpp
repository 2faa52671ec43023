#pragma once

#include <memory>
#include <string>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"
#include "collectives/transport_options.hpp"

namespace assay::collectives {

/// Messages by UCX: active messages, and puts into registered slots, over whatever UCX finds
/// (InfiniBand, RoCE, TCP, memory shared within a host) or the options name. The links of a pair of
/// ranks are spread over the rails, beginning with the one of the sender's number on its host.
/// `bootstrap` must outlive the transport.
/// Collective.
/// Throws         the same on all ranks, if one cannot: UnavailableError where UCX has no
/// transport,
///                UsageError where a rail is not there.
/// Throws (open)  the same on all ranks, UnavailableError, if two ranks have no way to each other
///                or do not get through.
[[nodiscard]] std::unique_ptr<Transport> make_ucx_transport(Bootstrap& bootstrap,
                                                            const TransportOptions& options);

/// Whether UCX can be used on this machine, within it or to others, as far as one rank can tell.
/// Throws  as make_ucx_transport.
void check_ucx_transport(const TransportOptions& options, bool between_hosts);

[[nodiscard]] std::string ucx_library_version();

}  // namespace assay::collectives
