#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "benchmarks/clock_alignment.hpp"
#include "benchmarks/faults.hpp"
#include "collectives/bootstrap/mpi.hpp"
#include "collectives/host_executor.hpp"
#include "collectives/transport_options.hpp"
#include "core/heartbeat.hpp"
#include "results/run.hpp"
#include "topology/host.hpp"

namespace assay::benchmarks {

/// The ranks of one job and what each benchmark needs to know of them. The same on every rank but
/// for `world.rank()`.
struct Job {
  collectives::MpiBootstrap& world;
  Heartbeat& heartbeat;
  std::vector<results::RankIdentity> identities;  ///< by rank
  std::vector<int> host_of;                       ///< by rank: which host, numbered from 0
  std::vector<int> processors;                    ///< by host: that its ranks may use together
  topology::Host host;                            ///< of this rank
  std::vector<Fault> faults;
  ClockAlignment alignment;
  collectives::TransportOptions transport_options;
  std::string why_no_ucx;  ///< between its hosts, where that was looked into; empty: nothing known

  [[nodiscard]] int rank() const { return world.rank(); }
  [[nodiscard]] int size() const { return world.size(); }
  [[nodiscard]] const results::RankIdentity& identity(int of_rank) const {
    return identities[static_cast<std::size_t>(of_rank)];
  }
  [[nodiscard]] std::vector<int> everyone() const;
  /// On how many hosts they are.
  [[nodiscard]] std::size_t hosts(const std::vector<int>& members) const;
  /// Whether this is the first rank of its host, which does what is done once a host.
  [[nodiscard]] bool speaks_for_host() const;
  /// More ranks than processors on some host, if all work at once.
  [[nodiscard]] bool oversubscribed() const;
  /// Says in the heartbeat what is being measured.
  void announce(const std::string& benchmark) const { heartbeat.benchmark.write(benchmark); }
};

/// Collective: tells all ranks about each other, and aligns clocks where kernels differ.
/// Throws  Error if the launcher started more ranks than have found each other.
[[nodiscard]] Job make_job(collectives::MpiBootstrap& world, Heartbeat& heartbeat,
                           std::vector<Fault> faults, Deadline deadline);

/// Executor options for a group in which the job's ranks `members` work at the same time.
[[nodiscard]] collectives::ExecutorOptions executor_options(const Job& job,
                                                            const std::vector<int>& members);

}  // namespace assay::benchmarks
