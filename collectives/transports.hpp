#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives {

/// One transport of this build.
struct TransportBackend {
  std::string_view name;
  std::string_view description;
  bool within_host_only;
  /// Throws  UnavailableError if the ranks of `bootstrap` cannot use it.
  std::unique_ptr<Transport> (*make)(Bootstrap& bootstrap);
};

[[nodiscard]] std::span<const TransportBackend> transports();

/// Throws  UsageError that lists the known names.
[[nodiscard]] const TransportBackend& find_transport(std::string_view name);

}  // namespace assay::collectives
