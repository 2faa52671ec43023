#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/job.hpp"
#include "collectives/transports.hpp"

namespace assay::benchmarks {

/// How ranks meet: those of one host, and those of different ones.
struct TransportChoice {
  const collectives::TransportBackend* within = nullptr;
  const collectives::TransportBackend* between = nullptr;

  [[nodiscard]] bool is_mixed() const { return within != between; }
  /// Peers can reach into each other's buffers.
  [[nodiscard]] bool shares_memory() const { return between->within_host_only; }
  /// As records have it: "shared_memory", "shared_memory+ucx".
  [[nodiscard]] std::string name() const;
};

/// By which transport the job's ranks `members` meet if they are told `name`. "auto" is shared
/// memory within a host and between hosts UCX, or MPI where the job cannot use UCX.
/// Throws  UsageError if there is none of that name, or they cannot use it; UnavailableError if it
///         is not in this build.
[[nodiscard]] TransportChoice choose_transport(const Job& job, std::string_view name,
                                               const std::vector<int>& members);

/// The choice, opened for `group` (which must outlive it) and with this rank's faults in it.
/// Collective over the group.
[[nodiscard]] std::unique_ptr<collectives::Transport> make_transport(
    const Job& job, const TransportChoice& choice, const std::vector<int>& members,
    collectives::Bootstrap& group);

/// Collective over the job: finds out whether its machines have what the transport takes, and
/// notes it in the job.
/// Throws  on all ranks alike, UsageError or UnavailableError, where one cannot use what was asked
///         for.
void prepare_transports(Job& job, std::string_view name,
                        const collectives::TransportOptions& options);

}  // namespace assay::benchmarks
