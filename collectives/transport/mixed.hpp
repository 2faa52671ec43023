#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives {

/// A transport that opens each link by what fits its two ranks: those of one host meet by what
/// `within` makes for the ranks of that host, others by what `between` makes for all ranks.
/// `host_of`: by rank. `bootstrap` must outlive the transport and its links.
/// Collective.
using MakeTransport = std::function<std::unique_ptr<Transport>(Bootstrap&)>;
[[nodiscard]] std::unique_ptr<Transport> make_mixed_transport(Bootstrap& bootstrap,
                                                              std::vector<int> host_of,
                                                              const MakeTransport& within,
                                                              const MakeTransport& between);

}  // namespace assay::collectives
