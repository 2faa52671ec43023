#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "collectives/transport/ucx_rail.hpp"

namespace assay::collectives {

using UcxRails = std::vector<std::shared_ptr<UcxRail>>;

/// Where a rank is and how it is reached.
struct UcxPeer {
  std::string host;
  int number_on_host = 0;                         ///< among the group's ranks
  std::vector<std::vector<std::byte>> addresses;  ///< by rail
};

/// Whether all of them move what lies in memory of that kind.
[[nodiscard]] bool moves(const UcxRails& rails, MemoryKind kind);

/// Collective: tells all ranks where this one is; all of them, by rank.
/// Throws  UsageError if ranks have different numbers of rails.
[[nodiscard]] std::vector<UcxPeer> introduce(Bootstrap& bootstrap, const std::string& host,
                                             const UcxRails& rails);

}  // namespace assay::collectives
