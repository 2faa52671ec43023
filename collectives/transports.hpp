#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"
#include "collectives/transport_options.hpp"

namespace assay::collectives {

/// One transport of this build.
struct TransportBackend {
  std::string_view name;
  std::string_view description;
  bool within_host_only;
  bool has_rails;  ///< heeds TransportOptions::rails
  /// Collective.
  /// Throws  UnavailableError if the ranks of `bootstrap` cannot use it.
  std::unique_ptr<Transport> (*make)(Bootstrap& bootstrap, const TransportOptions& options);
  /// Whether this machine has what it takes, as far as one rank can tell; null: it always has.
  /// Throws  UnavailableError, or UsageError where the options ask for what is not there.
  void (*check)(const TransportOptions& options, bool between_hosts) = nullptr;
  /// Of the library behind it; null: that is named elsewhere, or there is none.
  std::string (*library_version)() = nullptr;
};

[[nodiscard]] std::span<const TransportBackend> transports();
/// Those whose library was not found when this was built.
[[nodiscard]] std::span<const std::string_view> missing_transports();

/// Throws  UsageError that lists the known names; UnavailableError for one that is missing.
[[nodiscard]] const TransportBackend& find_transport(std::string_view name);
/// Null where it is missing in this build.
[[nodiscard]] const TransportBackend* find_built_transport(std::string_view name);

}  // namespace assay::collectives
