#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "benchmarks/job.hpp"
#include "collectives/device/placement.hpp"
#include "core/units.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

struct PeerCopyOptions {
  Seconds budget{0.01};  ///< of one kernel in one turn; three samples are taken all the same
  int passes = 3;        ///< turns of each pair
  std::optional<int> iterations;  ///< samples of one kernel in all turns, instead of the budget
  int confirmation = 0;           ///< goes into the records
  Seconds deadline{300.0};
};

/// Each ordered pair of the job's GPUs within a host, one pair after the other, hosts side by side:
/// what a GPU does with a peer's memory (peer_copy/on_pair.hpp). Records have `host`, `device` (who
/// works) and `peer` (whose memory). A GPU that cannot reach its peer's memory has one record
/// without samples for the pair, whose report has the reason as fact `no_access`.
/// Collective; records on rank 0. Throws  UnavailableError and UsageError as require_pairs();
/// UsageError where the memory is not free; Error of exit code 2.
[[nodiscard]] std::vector<results::Record> measure_peer_copies(
    const Job& job, const collectives::device::Placement& placement,
    const PeerCopyOptions& options);

/// Copies from each GPU to the next one of its host, around, by its copy engine: set up once, and
/// measured again and again. Pairs without access are left out.
class PeerRing {
 public:
  /// Collective over `job`, which must outlive it. Throws  as measure_peer_copies().
  PeerRing(const Job& job, const collectives::device::Placement& placement);
  ~PeerRing();
  PeerRing(const PeerRing&) = delete;
  PeerRing& operator=(const PeerRing&) = delete;

  /// Collective; records of this time alone on rank 0.
  [[nodiscard]] std::vector<results::Record> measure(const PeerCopyOptions& options);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace assay::benchmarks
