#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/sampler.hpp"
#include "results/record.hpp"
#include "topology/pair_schedule.hpp"

namespace assay::benchmarks {

struct PairOptions {
  std::string transport = "auto";
  Bytes size{1 << 20};      ///< of a bandwidth sample; latency samples have 8 bytes
  bool bandwidth = true;    ///< what is measured
  bool latency = true;      ///< one way
  bool round_trip = false;  ///< of 8 bytes, as the rank that begins sees it
  SamplerOptions sampler;   ///< the budget is that of one direction in one pass
  /// The matrix is measured this many times over, rounds in another order and directions
  /// swapped each time, so that a disturbance of some seconds hits all cells alike.
  int passes = 10;
  /// The sender's TCP segments go into the records: where no other pair of the round is on its
  /// host.
  bool count_segments = false;
  /// After so long no more turns are taken, once the matrix was measured `passes_at_least` times: a
  /// node that comes and goes holds up all others, who meet it between turns. Absent: it takes what
  /// it takes.
  std::optional<Seconds> patience;
  static constexpr int passes_at_least = 2;
  // These go into the records.
  int confirmation = 0;
  std::optional<std::string> rail;
  int concurrent_rails = 1;
  /// The network devices to use instead of the job's; empty: those.
  std::vector<std::string> devices;
};

/// Measures directed pairs between ranks: bandwidth and latency (one way, from the sender's arrival
/// to the last departure), each in both directions. Each call opens new links and buffers. All
/// pairs of a round go in one direction at the same time, from their first ranks to their second
/// ones or back. Collective over the job; ranks that are not in a pair of the current round sleep.
/// Returns all records on rank 0, none elsewhere.
[[nodiscard]] std::vector<results::Record> measure_pairs(const Job& job,
                                                         std::vector<topology::PairRound> rounds,
                                                         const PairOptions& options);

/// The rounds for all pairs of the job, within what the hosts' processors carry.
[[nodiscard]] std::vector<topology::PairRound> all_pair_rounds(const Job& job);

}  // namespace assay::benchmarks
